"""What the codes of raw tables stand for: kinds of chapter events, and parts of coverage sets."""

# of chapter events, the level from which the tables start: MFN rates, or these and older duties
BASE_EVENT_KINDS = ("mfn", "start")
# Component of the applied rate that each kind of chapter event moves. Suspending an additional
# duty is a change in additional duty, not in the MFN rate.
CLASS_BY_EVENT_KIND = {
    "start": "mfn",
    "mfn": "mfn",
    "mfn_change": "mfn",
    "retaliation": "additional",
    "suspension": "additional",
}
# parts of a coverage set that are not tranches
KIND_BY_PART = {"ALL": "total", "MFN": "base", "START": "base"}
