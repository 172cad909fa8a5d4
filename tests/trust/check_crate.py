"""Run an existing checker over a crate, offline: its context comes from a package, not the net.

It knows RO-Crate 1.1, of which 1.3 is a wider form: the record is held against that as such.
Called in an environment of its own, as the checker's needs are not the project's:
`uv run --no-project --with roc-validator==0.13.0 --with rocrate==0.9.0 check_crate.py FOLDER`
"""

import sys
from pathlib import Path

import requests
import rocrate
from rocrate_validator.models import Severity
from rocrate_validator.services import validate
from rocrate_validator.utils.http import HttpRequester

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def answer(self, method, address, **_):
    if address != CONTEXT:
        raise requests.ConnectionError(f"{address}: there is no network here")
    response = requests.Response()
    response.status_code = 200
    response.headers["Content-Type"] = "application/ld+json"
    response._content = (Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()
    return response


record = Path(sys.argv[1], "ro-crate-metadata.json")
was = record.read_text(encoding="utf-8")
record.write_text(was.replace("/ro/crate/1.3", "/ro/crate/1.1"), encoding="utf-8")
requests.Session.request = answer
requests.Session.get = lambda self, address, **how: answer(self, "GET", address, **how)
HttpRequester()
found = validate(
    {
        "rocrate_uri": sys.argv[1],
        "profile_identifier": "ro-crate-1.1",
        "requirement_severity": Severity.REQUIRED,
        "no_cache": True,
    }
)
# a term that 1.3 has, and 1.1 has not
issues = [one for one in found.get_issues() if '"sha256" are not allowed' not in one.message]
for issue in issues:
    print(issue.severity.name, issue.check.identifier, issue.message)
print(len(found.executed_checks), "checks")
sys.exit(0 if not issues and len(found.executed_checks) > 10 else 1)
