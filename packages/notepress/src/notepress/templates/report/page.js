// Offers what the page holds as files, and eases finding one's way. Nothing here is needed to read.
document.documentElement.classList.add('script');

const made = (tag, attributes, ...inside) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
};
const button = (words, label, act) => {
  const element = made('button', {type: 'button', 'aria-label': label}, words);
  element.addEventListener('click', act);
  return element;
};
const save = (name, type, text) => {
  const link = made('a', {href: URL.createObjectURL(new Blob([text], {type})), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

for (const heading of document.querySelectorAll('main :is(h2, h3)[id]:not(summary > *)')) {
  const label = 'Address of this section';
  heading.append(' ', made('a', {class: 'here', href: '#' + heading.id, 'aria-label': label}));
}
for (const one of document.querySelectorAll('nav a, h2')) {
  if (/^\s*\p{Script=Han}/u.test(one.textContent)) one.lang = 'zh';
}
for (const form of document.querySelectorAll('.cite pre')) {
  const copy = button('Copy', 'Copy the ' + form.getAttribute('aria-label').toLowerCase(), () => {
    getSelection().selectAllChildren(form);
    navigator.clipboard?.writeText(form.textContent).then(() => { copy.textContent = 'Copied'; });
  });
  form.previousElementSibling.append(' ', copy);
}

// what is done to an element once it is on the screen or near
const acts = new Map();
const coming = new IntersectionObserver(crossed => {
  for (const {target} of crossed.filter(one => one.isIntersecting)) {
    coming.unobserve(target);
    acts.get(target)(target);
  }
}, {rootMargin: '50%'});
const onceNear = (element, act) => {
  acts.set(element, act);
  coming.observe(element);
};

// what stands in data for names, such as those of the sides
const codes = JSON.parse(document.getElementById('content').dataset.codes ?? '{}');
const quoted = text => /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
const rows = table => [...table.rows].map(row => [...row.cells]);
const csv = table => rows(table).map(cells =>
  cells.map(cell => quoted(cell.dataset.name ?? cell.textContent)).join(',') + '\n').join('');

const phone = matchMedia('screen and (max-width: 40rem)');

// each figure: its drawing and its data
for (const figure of document.querySelectorAll('figure.evidence')) {
  const name = figure.id.replace(/^fig-/, '') || 'figure';
  const title = figure.querySelector('.title strong').textContent;
  const tools = figure.querySelector('.tools') ?? made('p', {class: 'tools'});
  figure.append(tools);
  const drawing = figure.querySelector('svg');
  if (drawing?.matches(':only-child')) {
    const frame = drawing.parentElement;
    // on a telephone it may scroll, also where a window becomes as narrow as one
    const reach = () => phone.matches ? frame.setAttribute('tabindex', '0') : frame.removeAttribute('tabindex');
    phone.addEventListener('change', reach);
    reach();
  }
  if (drawing) {
    tools.append(button('SVG', title + ' as an SVG file', () => {
      // with those of the styles of all drawings that are its own
      const copy = drawing.cloneNode(true), sheet = document.createElementNS(drawing.namespaceURI, 'style');
      sheet.textContent = [...document.styleSheets[0].cssRules]
        .filter(rule => /^\.d\d+$/.test(rule.selectorText) && drawing.parentElement.querySelector(rule.selectorText))
        .map(rule => rule.cssText).join('');
      copy.prepend(sheet);
      save(name + '.svg', 'image/svg+xml', new XMLSerializer().serializeToString(copy).replace(/var\(--h(\w{6})\)/g, '#$1'));
    }));
  }
  // a table cut short in the page would be cut short in the file
  const data = figure.querySelector('details.data table');
  if (data && !data.caption) {
    tools.append(button('CSV', 'Data of ' + title + ' as a CSV file', () =>
      save(name + '.csv', 'text/csv', csv(data))));
  }
}

// long tables can be narrowed to the rows that hold some words, and by columns of few words; not all at
// once, since a browser asks of every field whether it can be filled in, and lays out all around it
const filter = table => {
  const lines = [...table.tBodies[0].rows];
  const tools = made('p', {class: 'filter'});
  const fields = [];
  const ask = (name, field) => {
    tools.append(made('label', {}, name + ' ', field), ' ');
    fields.push(field);
  };
  const search = made('input', {type: 'search'});
  ask('Rows with', search);
  const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
  heads.forEach((name, at) => {
    const found = [...new Set(lines.map(row => row.cells[at]?.textContent ?? ''))].sort();
    if (found.length < 2 || found.length > lines.length / 3 || found.some(one => /^[\d.\-\u2212]*$/.test(one))) return;
    const options = [new Option('any', ''), ...found.map(one => new Option(codes[one] ?? one, one))];
    ask(name, made('select', {'data-at': at}, ...options));
  });
  const count = made('output', {});
  const clear = button('Clear', 'Show all rows again', () => {
    for (const one of fields) one.value = '';
    narrow();
    search.focus();
  });
  tools.append(count, ' ', clear);
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const row of lines) {
      const text = row.textContent.toLowerCase();
      const isWanted = fields.slice(1).every(one => !one.value || row.cells[one.dataset.at].textContent === one.value);
      row.hidden = !isWanted || !words.every(word => text.includes(word));
    }
    const left = lines.filter(row => !row.hidden).length;
    count.textContent = left ? `${left} of ${lines.length} rows` : `None of ${lines.length} rows has all of this`;
    clear.hidden = fields.every(one => !one.value);
    table.dispatchEvent(new Event('narrowed', {bubbles: true}));
  };
  tools.addEventListener('input', narrow);
  narrow();
  table.closest('.scroll').before(tools);
};
for (const table of document.querySelectorAll('main :not(.folded) > .scroll > table')) {
  if (table.tBodies[0].rows.length >= 30) onceNear(table, filter);
}

// a narrow page folds the accounts of a claim; paper never does
const folds = [...document.querySelectorAll('details.folded')];
const fold = () => { for (const one of folds) one.open = !phone.matches; };
phone.addEventListener('change', fold);
fold();

// what a link leads to is unfolded
const folder = 'details:not([open])';
const reveal = target => {
  for (let at = target; (at = at?.closest(folder)); ) at.open = true;
  for (const inside of target?.querySelectorAll('.folded') ?? []) inside.open = true;
};
const unfold = () => {
  const place = location.hash.slice(1).split('&').find(part => !part.includes('=')) ?? '';
  let target;
  try { target = document.getElementById(decodeURIComponent(place)); } catch { return; }  // no address of anything
  reveal(target);
  target?.scrollIntoView();
};
addEventListener('hashchange', unfold);

// a number, source or row opens where it is named, on a card that leads to its place in the page
const asked = JSON.parse(document.getElementById('what-if-table')?.textContent ?? 'null');
// each text and each pattern of signs stands in the table once, a text without what it shares with the last
let before = '';
const changed = (asked?.texts ?? []).map(text => {
  const [, same, rest] = /^(\d+) (.*)$/s.exec(text);
  return before = [...before].slice(0, same).join('') + rest;  // letters, not halves of them
});
for (const [id, [pattern, ...told]] of Object.entries(asked?.moves ?? {})) {
  const [places, signs] = asked.patterns[pattern];
  const whole = signs.replace(/(.)\*(\d+);/g, (_, sign, times) => sign.repeat(times));
  asked.moves[id] = [places, told.map(one => one ? changed[one - 1] : null), whole];
}
const card = made('div', {id: 'card', popover: 'auto', tabindex: -1, role: 'dialog'});
const terms = pairs => made('dl', {}, ...pairs.flatMap(([name, ...text]) =>
  [...(name ? [made('dt', {}, name)] : []), made('dd', {}, ...text)]));
// what an element holds, with a link at each row of the page that it names, and what that says
const linked = element => [...element.cloneNode(true).childNodes].flatMap(node => {
  if (node.nodeType !== Node.TEXT_NODE) return [node];
  return node.data.split(/\b([A-Z]\d+)\b/).flatMap(part => {
    const row = document.getElementById(part);
    if (!row?.matches('tr') || element.closest('tr') === row) return [part];
    return [made('a', {href: '#' + part}, part), ': ', texts(row).reduce((one, other) => other.length > one.length ? other : one)];
  });
});
const texts = row => [...row.cells].map(cell => cell.textContent);
const elsewhere = id => {
  if (asked.unmeasured.includes(id)) return 'not measured';
  const printed = document.getElementById('num-' + id).cells[0].textContent;
  const others = (asked.moves[id]?.[1] ?? []).map(one => one ?? 'not given').filter(one => one !== printed);
  return others.length ? others.join('; ') : 'the same with every choice on offer';
};
// a card starts with what a reader wants; what a programmer wants is folded below it
const folded = (...inside) => made('details', {}, made('summary', {}, 'To run it again'), ...inside);
const DAY = {day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC'};
// days in words, sources by their names or by where they are read
const inWords = element => {
  const copy = element.cloneNode(true);
  if (!copy.children.length) copy.textContent = copy.textContent.split(';').map(one => codes[one] ?? one).join('; ');
  if (/^\d{4}-\d\d-\d\d$/.test(copy.textContent)) copy.textContent = new Date(copy.textContent).toLocaleDateString('en-GB', DAY);
  for (const link of copy.querySelectorAll('a')) {
    const source = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (source?.matches('#refs li')) link.textContent = source.textContent.replace(/^\s*\[\d+\]\s*/, '');
    else if (link.host) link.textContent = link.host.replace(/^www\./, '');
  }
  return linked(copy);
};
// what is drawn for a wide page alone is told on a telephone in lines, by day
for (const drawing of document.querySelectorAll('figure svg:only-child:not([viewBox^="0 0 2"])')) {
  const data = drawing.closest('figure').querySelector('table[data-first]');
  if (!data || data.tBodies[0].rows.length > 30) continue;
  const lines = [...data.tBodies[0].rows].map(({cells}) => {
    const [words, side, day] = data.dataset.first.split(' ').map(at => inWords(cells[at]));
    return [cells[0].textContent, made('li', {'data-known': cells[3].textContent}, made('strong', {}, ...day), ', ', ...side, ': ', ...words)];
  }).sort(([one], [other]) => one.localeCompare(other));
  drawing.parentElement.after(made('ul', {class: 'dated'}, ...lines.map(([, line]) => line)));
}
// on what an answer rests with the way that is pressed, with the words themselves where the page has them
const restsOn = row => {
  const rests = JSON.parse(document.querySelector('[data-rests]:has([aria-pressed="true"])')?.dataset.rests ?? '{}');
  const own = row.dataset.tells.split(' ').find(id => id in rests);
  if (!own) return [];
  const items = rests[own].map(([id, who, reads]) => {
    const at = document.getElementById(id), first = at?.closest('table').dataset.first?.split(' ');
    const [words, ours] = (first ?? []).map(one => at.cells[one].textContent);
    const isForeign = /\p{Script=Han}/u.test(words);
    // in our words too, which tell more than those that are quoted
    const quoted = words ? [made('br', {}), made('span', isForeign ? {lang: 'zh'} : {}, `\u201c${words}\u201d`), ` ${ours}`] : [];
    return made('li', {}, made('mark', {'data-look': reads.split(' ')[0]}, reads), ' ', made('strong', {}, who), ...quoted);
  });
  return [
    made('p', {class: 'rests'}, items.length ? 'With this choice it rests on:' : 'With this choice nothing proves it either way.'),
    made('ul', {}, ...items), made('p', {class: 'rests'}, 'As published:'),
  ];
};
// the row that lays out a verdict or an answer: what was asked where it stands, its question, and of
// each side the first words that say yes, no, or either
const laidOut = (row, word, asks) => {
  const evidence = row.closest('.evidence'), [name, title] = evidence.querySelector('.title').childNodes;
  const heads = texts(row.closest('table').tHead.rows[0]);
  const sign = said => said.querySelector('mark')?.textContent;
  const first = cell => {
    const all = [...cell.querySelectorAll('p')];
    const unlike = all.filter((one, at) => all.findIndex(other => sign(other) === sign(one)) === at);
    return unlike.length ? unlike.map(one => one.cloneNode(true)) : cell.cloneNode(true).childNodes;
  };
  return [
    made('p', {}, ...(asks ? [asks, made('strong', {}, word)] : [made('strong', {}, word), ':', title.cloneNode()])),
    ...row.cells[0].cloneNode(true).childNodes,
    ...restsOn(row),
    terms([...row.cells].slice(1).map((cell, at) => [heads[at + 1], ...first(cell)])),
    made('p', {}, 'All that was read on it: ', made('a', {href: '#' + evidence.id}, name.textContent)),
  ];
};
// a number, or the verdict or answer that a row lays out
const ofNumber = (target, asks) => {
  const [text, what, formula, exact, rests, documents] = Array.from({length: 6}, (_, at) => target.cells[at] ?? made('td', {}));
  const id = target.id.slice(4), {explain} = document.getElementById('content').dataset;
  const filled = pairs => terms(pairs.filter(([, ...words]) => words.some(one => one.textContent ?? one)));
  const rows = linked(rests), [put, ...parts] = formula.textContent.split('; ');
  let cellOf = target;
  while (cellOf?.cells.length > 1) cellOf = cellOf.previousElementSibling;
  const read = [
    ['Put together', put], ...parts.map(one => ['', one]),
    ...(rows.some(one => one.hash) ? [['Rests on', ...rows]] : []),  // what the page has of it
    ['Source', ...inWords(documents)],
    ...(asked ? [['With other choices', elsewhere(id)]] : []),
  ];
  const code = [
    ['Exactly', exact.textContent], ['Rests on', rests.textContent],
    ...(cellOf ? [['Measured by', ...cellOf.cells[0].cloneNode(true).childNodes]] : []),
    ...(explain ? [['To see it made', made('code', {}, explain.replace('{id}', id))]] : []),
  ];
  const row = document.querySelector(`[data-tells~="${id}"]`);
  return row
    ? [...laidOut(row, text.textContent, asks), folded(filled([...read, ...code]))]
    : [made('p', {}, made('strong', {}, text.textContent), ': ', what.textContent), filled(read), folded(filled(code))];
};
const NOTHING = '\u2013';
const told = (target, word, asks) => {
  // what is not asked is not answered
  if (word === NOTHING) return [made('p', {}, 'Decides nothing, since no promise is shown.')];
  if (target.matches('[id^="num-"]')) return ofNumber(target, asks);
  if (target.matches('[data-tells]')) return laidOut(target, word, asks);
  if (target.matches('tr')) {
    const table = target.closest('table'), heads = texts(table.tHead.rows[0]);
    const all = [...target.cells].map((cell, at) => [heads[at], cell]).filter(([, cell]) => cell.textContent);
    const pairs = (cells, words) => terms(cells.map(([name, cell]) => [name, ...words(cell)]));
    const first = table.dataset.first?.split(' ').map(at => all.find(([, cell]) => cell.cellIndex === +at)).filter(Boolean);
    if (!first) return [pairs(all, linked)];
    return [made('div', {class: 'words'}, pairs(first, inWords)), folded(pairs(all.filter(one => !first.includes(one)), linked))];
  }
  return [made('p', {}, ...target.cloneNode(true).childNodes)];
};
// shows the card of a row, source or number beside what names it; in the page it stands after `at`.
// That of a mark lies below its drawing, or above, and leads on by `steps`
let place;
const open = (target, name, from, at, steps = []) => {
  const there = made('a', {class: 'there', href: '#' + target.id}, 'Where it is listed');
  const isInside = card.contains(from);
  // what is asked right before the link
  const before = document.createRange();
  before.setStart(from.parentElement, 0);
  before.setEndBefore(from);
  const [asks] = /[^.?!]*\?\s*$/.exec(before.toString()) ?? [''];
  const close = button('\u2715', 'Close', () => card.hidePopover());
  card.replaceChildren(close, ...steps, ...told(target, from.textContent, asks), ...(target.id && from.textContent !== NOTHING ? [there] : []));
  card.setAttribute('aria-label', name);
  if (isInside) return;
  if (card.previousElementSibling !== at) at.after(card);
  if (!card.matches(':popover-open')) card.showPopover();
  const isMark = at.matches('.drawing');
  card.classList.toggle('beside', isMark);
  place = () => {
    card.style.maxHeight = '';
    const box = from.getBoundingClientRect(), {top, bottom} = isMark ? at.getBoundingClientRect() : box;
    const above = top - 8, below = innerHeight - bottom - 8;
    const isAbove = below < card.offsetHeight && above > below;
    const height = Math.min(card.offsetHeight, Math.max(isAbove ? above : below, 160));
    const left = Math.min(box.left, document.documentElement.clientWidth - card.offsetWidth - 8);
    card.style.maxHeight = height + 'px';
    card.style.setProperty('--top', scrollY + (isAbove ? top - height - 4 : bottom + 4) + 'px');
    card.style.setProperty('--left', Math.max(8, left) + 'px');
  };
  place();
};
// what comes into sight takes its height, and moves what is below
new ResizeObserver(() => { if (card.matches(':popover-open')) place(); }).observe(document.body);
document.addEventListener('click', event => {
  const from = event.target.closest('a[href^="#"]');
  if (!from || !card.showPopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = document.getElementById(decodeURIComponent(from.hash.slice(1)));
  if (from.matches('.there, nav a, .here') || !target?.matches('[id^="num-"], #refs li, tr')) {
    card.hidePopover();
    reveal(target);
    return;
  }
  event.preventDefault();
  open(target, 'About ' + from.textContent, from, from);
  card.focus({preventScroll: true});
});

// a mark of a drawing opens its row: the one under the pointer or, of a finger, near it; arrows lead
// from mark to mark, and so do buttons on the card
const STEPS = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity};
const withMarks = drawing => {
  const figure = drawing.closest('figure'), {rows} = figure.querySelector('tbody');
  const all = [...drawing.querySelectorAll('[data-rows]')].flatMap(group => {
    const places = group.dataset.rows.split(' ');
    return [...group.querySelectorAll('use')].map((mark, at) => ({mark, at: +places[at], row: rows[places[at]]}));
  }).filter(one => one.row).sort((one, other) => one.at - other.at);
  if (!all.length) return;
  // those whose rows are not filtered out
  let marks = all, current = all[0], isKept = false;
  drawing.setAttribute('role', 'group');
  const stand = to => {
    current.mark.classList.remove('on');
    if (to !== current) current.mark.setAttribute('tabindex', -1);
    current = to;
    const {mark, row} = current;
    mark.setAttribute('role', 'button');
    mark.setAttribute('aria-label', texts(row).filter(Boolean).join(', '));
    mark.setAttribute('tabindex', 0);
  };
  const after = step => marks[Math.min(Math.max(marks.indexOf(current) + step, 0), marks.length - 1)];
  const show = to => {
    stand(to);
    to.mark.classList.add('on');
    const at = marks.indexOf(to);
    const step = (words, label, by) => {
      const one = button(words, label, () => {
        isKept = true;
        show(after(by));
        (card.querySelector(`[aria-label="${label}"]:enabled`) ?? card).focus();
      });
      one.disabled = after(by) === current;
      return one;
    };
    const steps = made('p', {class: 'steps'}, step('\u2190', 'Previous mark', -1), ` ${at + 1} of ${marks.length} `, step('\u2192', 'Next mark', 1));
    open(to.row, 'About ' + texts(to.row)[0], to.mark, drawing.parentElement, [steps]);
  };
  const near = ({clientX, clientY}, most) => {
    const away = marks.map(({mark}) => {
      const box = mark.getBoundingClientRect();
      return Math.hypot(clientX - (box.left + box.right) / 2, clientY - (box.top + box.bottom) / 2);
    });
    const least = Math.min(...away);
    return least < most ? marks[away.indexOf(least)] : null;
  };
  // what is written beside a mark stands in its line, right of it
  const labelled = ({target, clientX, clientY}) => target.closest('text, tspan') && marks
    .map(one => ({one, box: one.mark.getBoundingClientRect()}))
    .filter(({box}) => box.left < clientX && Math.abs(clientY - (box.top + box.bottom) / 2) < 9)
    .sort((one, other) => other.box.left - one.box.left)[0]?.one;
  stand(current);
  figure.addEventListener('narrowed', () => {
    marks = all.filter(({row}) => !row.hidden);
    for (const {mark, row} of all) mark.classList.toggle('dim', row.hidden);
    if (marks.length && !marks.includes(current)) stand(marks[0]);
  });
  drawing.addEventListener('pointermove', event => {
    const to = event.pointerType === 'mouse' && !isKept ? near(event, 7) : null;
    if (to) show(to);
    else if (!isKept) card.hidePopover();
  });
  drawing.addEventListener('pointerleave', event => {
    if (!isKept && !card.contains(event.relatedTarget)) card.hidePopover();
  });
  drawing.addEventListener('click', event => {
    const to = near(event, 9) ?? labelled(event) ?? near(event, 24);
    isKept = Boolean(to);
    if (to) {
      show(to);
      card.scrollIntoView({block: 'nearest'});
    }
  });
  drawing.addEventListener('focusin', () => {
    if (marks.length && current.mark.matches(':focus-visible')) show(current);
  });
  const walk = (event, stop) => {
    if (!(event.key in STEPS) || !marks.length) return;
    event.preventDefault();
    show(after(STEPS[event.key]));
    stop().focus();
  };
  drawing.addEventListener('keydown', event => {
    if (event.key === 'Enter') card.focus();
    walk(event, () => current.mark);
  });
  card.addEventListener('keydown', event => {
    if (card.parentElement === figure && /Left|Right/.test(event.key)) walk(event, () => card);
  });
  card.addEventListener('toggle', event => {
    if (event.newState === 'open') return;
    isKept = false;
    current.mark.classList.remove('on');
  });
};
for (const drawing of card.showPopover ? document.querySelectorAll('figure svg') : []) onceNear(drawing, withMarks);

// the contents close where they would cover the text, and mark the section that is being read
const nav = document.querySelector('nav');
const contents = nav.querySelector('details');
const wide = matchMedia('(min-width: 70rem)');
const fit = () => { contents.open = wide.matches; };
wide.addEventListener('change', fit);
fit();
nav.addEventListener('click', event => {
  if (event.target.closest('a') && !wide.matches) contents.open = false;
});
const links = new Map([...nav.querySelectorAll('a')].map(link => [link.hash.slice(1), link]));
// of a passage that begins with its heading, the passage has the id
const headings = [...links.keys()].map(id => document.getElementById(decodeURIComponent(id))).filter(Boolean);
// passed are those above the upper third of the screen
const passed = new Set();
const mark = new IntersectionObserver(crossed => {
  for (const {target, isIntersecting} of crossed) passed[isIntersecting ? 'add' : 'delete'](target);
  nav.querySelector('[aria-current]')?.removeAttribute('aria-current');
  links.get(headings.findLast(one => passed.has(one))?.id)?.setAttribute('aria-current', 'true');
}, {rootMargin: '9999999px 0px -66%'});
for (const heading of headings) mark.observe(heading);

// what if: numbers, verdicts and passages as other choices would have them
const SIGNS = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ...Array.from({length: 400}, (_, at) => String.fromCharCode(192 + at))];
const panel = document.getElementById('what-if');
const askOtherwise = () => {
  const {choices, moves, not_tried, unmeasured, rebuild} = asked;
  const selects = choices.map(one => panel.querySelector(`[name="${one.name}"]`));
  choices.forEach((one, at) => { one.values = [...selects[at].options].map(option => option.value); });
  const differing = key => choices.map((one, at) => [one.name, selects[at].value, one[key]])
    .filter(([, value, other]) => value !== other);
  const text = (id, place) => {
    const [places, texts, signs] = moves[id];
    const at = places.reduce((sum, one) => sum * choices[one].values.length + place(one), 0);
    return texts[SIGNS.indexOf(signs[at])];
  };
  const printed = id => text(id, one => choices[one].values.indexOf(choices[one].given));
  const now = id => text(id, one => selects[one].selectedIndex);
  const choose = state => {
    choices.forEach((one, at) => {
      selects[at].value = one.values.includes(state.get(one.name)) ? state.get(one.name) : one.given;
    });
  };

  // what stands in the page under an id of the table, as it is printed; read once something differs
  let known, passages;
  const inPage = () => known ??= [...document.querySelectorAll('main a[href^="#num-"], main [data-of]')]
    .map(element => ({
      element, id: element.dataset.of ?? element.hash.slice(5), was: element.textContent,
      // of the charges, a cell tells once and below what was in it; a figure stays as it is drawn
      cell: element.closest('.first td'), block: element.closest('p, li, td, th') ?? element.parentElement,
    }))
    .filter(({element, id}) => (id in moves || unmeasured.includes(id)) && !element.closest('figure'));
  const bar = document.getElementById('changed');
  // headings, which stay as published
  const shown = document.querySelectorAll('main [data-shows]');

  // each way to turn a charge is a button that makes its choices, and undoes them
  const ways = [...document.querySelectorAll('main [data-chosen]')].map(item => {
    const state = new URLSearchParams(item.dataset.chosen);
    const one = made('button', {type: 'button', 'aria-pressed': false}, ...item.childNodes);
    one.addEventListener('click', () => {
      const {top} = one.getBoundingClientRect();
      choose(isMade(state) ? new URLSearchParams() : state);
      show();
      keep();
      // it stays under the pointer, whatever grows above it, and ends above the bar
      scrollBy(0, one.getBoundingClientRect().top - top);
      const over = one.getBoundingClientRect().bottom + 8 - bar.getBoundingClientRect().top;
      if (!bar.hidden && over > 0) scrollBy(0, over);
    });
    item.append(one);
    // what it would turn, before it does
    for (const at of ['pointerenter', 'focus']) one.addEventListener(at, () => outline(isMade(state) ? undefined : state));
    for (const at of ['pointerleave', 'blur']) one.addEventListener(at, () => outline());
    return {one, state};
  });
  const outline = state => {
    for (const {element, id, cell} of inPage()) {
      if (cell) (element.closest('mark') ?? element).classList.toggle('turns', Boolean(state) && id in moves && now(id)
        !== text(id, one => choices[one].values.indexOf(state.get(choices[one].name) ?? choices[one].given)));
    }
  };
  const isMade = state => choices.every(({name, given}, at) => selects[at].value === (state.get(name) ?? given));

  const struck = words => made('span', {class: 'was'}, made('s', {}, words), ' ');
  // of several, also of two in one, each has its number
  const chosen = makers => {
    const told = makers.flatMap(one => selects[one].selectedOptions[0].text.split(/^both: \(1\) |; \(2\) /).filter(Boolean));
    const numbered = told.map((words, at) => `(${at + 1}) ${words}`).join('; ');
    return told.length > 1 ? `${told.length > 2 ? 'all' : 'both'}: ${numbered}` : told[0] ?? '';
  };
  // a passage holds where all its flags do; `unless` where they do not
  const flagsOf = passage => (passage.dataset.when ?? passage.dataset.unless).split(' ');
  const holds = (passage, told) => flagsOf(passage).every(one => told(one) === 'yes') === 'when' in passage.dataset;
  // why a passage does not hold, with a way back
  const left = passage => {
    const makers = [...new Set(flagsOf(passage).flatMap(one => moves[one]?.[0] ?? []))].filter(one => selects[one].value !== choices[one].given);
    return made('span', {class: 'was'}, ` Hidden: this passage does not hold if ${chosen(makers)}. `,
      button('Undo this choice', 'Undo: ' + chosen(makers), () => {
        for (const one of makers) selects[one].value = choices[one].given;
        show();
        keep();
        passage.scrollIntoView({block: 'center'});
      }), ' ');
  };
  // amounts as a passage in zh prints them
  const IN_ZH = [[/\s*percentage\spoints?$/, '\u4e2a\u767e\u5206\u70b9'], [/\s*percent$/, '%'], [/\s*days?$/, '\u5929'],
    [/^\$([\d.]+)\sbillion$/, (_, one) => Math.round(one * 10) + '\u4ebf\u7f8e\u5143']];
  const inZh = words => IN_ZH.reduce((told, [from, to]) => told.replace(from, to), words);
  // a verdict without how certain it is or where it stops
  const plain = words => words.split(/[:(]/)[0].trim();
  // what a claim says, with a link to where it is judged; a charge of the first table, as that calls it
  const placeOf = id => (document.getElementById('tbl-claim_' + id.toLowerCase()) ?? document.getElementById(id))?.id;
  const chargeOf = id => document.querySelector(`.first th a[href="#${placeOf(id)}"]`);
  const claim = (id, named = document.getElementById(id)?.cells[1]) => {
    // a later charge has no row: what tells of it leads on
    const at = named ? '#' + placeOf(id) : document.querySelector(`.first :has(> [href="#num-${id}"]) > a:not([href^="#num-"])`)?.hash;
    const words = named?.textContent.replace(/\.$/, '') ?? asked.later[id] ?? id;
    return at ? made('a', {class: 'there', href: at}, words) : words;
  };
  const show = () => {
    outline();
    const changed = differing('given');
    const isUntried = changed.some(([name]) => not_tried.includes(name));
    card.hidePopover?.();
    for (const one of document.querySelectorAll('main .was')) one.remove();
    document.body.classList.toggle('other', changed.length > 0);
    // both sides' cases in short stay as published, but for answers in them, else one could lose its words; and
    // so does what leads to the answer
    passages ??= [...document.querySelectorAll('main :is([data-when], [data-unless]):not(.deck > :not(:has(strong)), .deck > :not(:has(strong)) *)')].filter(one => !one.closest('figure, .box'));
    const verdicts = new Set();
    // what has a number that was not measured with this choice is left as published, and says so
    const asPublished = new Set(inPage().filter(({id}) => isUntried && !(id in moves)).map(({block}) => block));
    const isLeft = element => [...asPublished].some(one => one.contains(element));
    for (const passage of passages) {
      const was = holds(passage, printed);
      const is = isLeft(passage) ? was : holds(passage, now);
      // the answer is struck where it stands
      const isStruck = was && !is && passage.closest('.deck');
      passage.hidden = !is && !isStruck;
      passage.classList.toggle('struck', Boolean(isStruck));
      passage.classList.toggle('instead', is && !was);
    }
    // what holds instead stands behind what does not, where there is such a passage
    const gone = passages.filter(one => one.hidden && holds(one, printed) && !one.parentElement.closest('[hidden]'));
    // and of several in a row one tells
    let near, before;
    for (const one of gone) {
      const isTold = one.nextElementSibling?.matches('.instead') || one.previousElementSibling?.matches('.was:has(button)')
        || one.closest('p')?.querySelector('.was > button');
      const note = left(one), block = one.closest('p'), isNext = block && near === block.previousElementSibling;
      if (!isTold && !(isNext && note.textContent === before)) one.after(note);
      [near, before] = [block, note.textContent];
    }
    const cells = new Map();
    for (const {element, id, was, cell, block} of inPage()) {
      const isOther = id in moves && now(id) !== printed(id) && !asPublished.has(block)
        && !element.closest(`.deck > :not(:has(strong)), :is([data-when], [data-unless]):is([hidden], .struck${now(id) ? '' : ', .box *'})`);
      element.classList.toggle('moved', isOther);
      let words = was, counts;
      if (isOther) {
        words = now(id) ?? 'not given';
        // of what has words in another language alone, that it is not given
        if (element.closest('[lang|="zh"]')) words = /[a-z]{3}/.test(inZh(words)) && !/[a-z]{3}/.test(was) ? '\u672a\u7ed9\u51fa' : inZh(words);
        if (cell) [words, counts] = words.split(', ');  // how an answer counts stands below it
        if (/^\p{Lu}/u.test(was) && /^\p{Ll}/u.test(printed(id))) words = words[0].toUpperCase() + words.slice(1);
        if (element.dataset.of ? /^[A-Z]\w*$/.test(id) : id in asked.later) verdicts.add(id);
      }
      if (element.textContent !== words) element.textContent = words;
      // the reason that follows stays as published
      const reasoned = element.closest('strong');
      if (reasoned?.textContent.endsWith(':')) reasoned.classList.toggle('told', isOther);
      const look = element.closest('mark')?.dataset;
      if (look) {
        look.printed ??= look.look;
        const said = words.replace(' (low)', '');
        look.look = !isOther ? look.printed : said === 'yes' ? look.yes ?? said : said.toLowerCase();
      }
      if (isOther && cell) {
        if (!cells.has(cell)) cells.set(cell, [words === was ? '' : `was ${was}`, counts].filter(Boolean).join('; '));
      } else if (isOther && !element.closest('.instead')) (element.closest('mark') ?? element).before(struck(was));
    }
    for (const one of asPublished) one.append(made('span', {class: 'was'}, ' (as published; not measured with this choice)'));
    for (const [cell, told] of cells) cell.append(made('span', {class: 'was'}, told));
    // charges before all else, and first the one below which a way is pressed
    const own = ways.find(({state}) => changed.length && isMade(state))?.one.closest('tr').previousElementSibling;
    const rank = id => !chargeOf(id) ? 0 : own?.contains(chargeOf(id)) ? 2 : 1;
    const turned = [...verdicts].filter(id => plain(now(id)) !== plain(printed(id)))
      .sort((one, other) => rank(other) - rank(one));
    const is = id => made('strong', {}, plain(now(id)));
    const why = chosen([...choices.keys()].filter(at => selects[at].value !== choices[at].given));
    const told = turned.length ? `${turned.length === 1 ? 'One verdict turns' : turned.length + ' verdicts turn'}` : 'No verdict turns';
    panel.querySelector('output').textContent = why ? `${told} if ${why}.` : 'All is as published.';
    panel.querySelector('ul').replaceChildren(...turned.map(id => made('li', {}, claim(id), ': ', made('s', {}, plain(printed(id))), ' \u2192 ', is(id))));
    // what else differs, by the sections where it does
    const places = new Map();
    for (const one of changes()) {
      const heading = headings.findLast(head => head.contains(one) || head.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
      if (heading) places.set(heading, (places.get(heading) ?? 0) + 1);
    }
    panel.querySelector('.else ul').replaceChildren(...[...places].map(([heading, number]) =>
      made('li', {}, made('a', {class: 'there', href: '#' + heading.id}, links.get(heading.id)?.textContent ?? heading.textContent), `: ${number} ${number === 1 ? 'place' : 'places'}`)));
    panel.querySelector('code').textContent =
      [rebuild, ...differing('usual').map(([name, value]) => `${name.toUpperCase()}=${value}`)].join(' ');
    for (const head of shown) {
      const isOther = head.dataset.shows.split(' ').some(id => id in moves && now(id) !== printed(id));
      for (const one of [head, links.get((head.closest('section[id]') ?? head).id)]) one?.classList.toggle('told', isOther);
    }
    bar.hidden = !changed.length;
    // charges by name, later ones too where there is room; of others one, or how many there are
    const charges = turned.filter(id => chargeOf(id) || id in asked.later && !phone.matches);
    const first = turned.length < 3 && !phone.matches ? turned : charges.length ? charges : turned.slice(0, 1), more = turned.length - first.length;
    bar.firstChild.replaceChildren(...first.map(id =>
      made('span', {}, claim(id, chargeOf(id) ?? undefined), ': ', plain(printed(id)), ' \u2192 ', is(id))));
    // the answer above all may be out of sight
    if (document.querySelector('.deck :is(.struck, .instead)')) {
      bar.firstChild.append(made('span', {}, made('a', {class: 'there', href: '#content'}, 'Headline'), ' changed'));
    }
    toOthers.textContent = !why ? '' : !turned.length ? 'No verdict turns' : more ? `and ${more} other ${more === 1 ? 'verdict' : 'verdicts'}` : 'What else differs';
    step.textContent = why && 'Show in the report';
    goneFar(false);
    last?.classList.remove('reached');
    for (const {one, state} of ways) {
      one.setAttribute('aria-pressed', isMade(state));
      if (isMade(state)) reveal(one);
    }
  };

  // from place to place where something differs, in the order of the page; not into what is folded while
  // there is another
  const changes = () => [...new Set([...document.querySelectorAll('main :is(.moved, .instead, .struck, .was:has(button))')]
    .filter(one => !one.closest('[hidden], #card, .first'))
    .map(one => one.closest('p, li, tr, summary, .box') ?? one))];
  let last;
  const next = () => {
    const every = changes(), open = every.filter(one => !one.closest('.section')), all = open.length ? open : every;
    const at = all.indexOf(last);
    // of what is folded, where the fold is
    const seen = one => one.parentElement.closest(folder) ? seen(one.parentElement.closest(folder)) : one;
    const top = one => seen(one).getBoundingClientRect().top;
    // on from the last one while that is in sight, else with the first that is below the middle
    const isThere = at >= 0 && top(last) > 0 && top(last) < innerHeight;
    // and from the first table with the first of all
    const isAtStart = !isThere && document.querySelector('.first')?.getBoundingClientRect().bottom > 0;
    last?.classList.remove('reached');
    last = (isThere ? all[at + 1] : isAtStart ? all[0] : all.find(one => top(one) > innerHeight / 2)) ?? all[0];
    reveal(last);
    last?.classList.add('reached');
    goneFar(true);
    // what comes into sight takes its height, and moves it
    const centre = () => last?.scrollIntoView({block: 'center'});
    centre();
    requestAnimationFrame(() => requestAnimationFrame(centre));
    step.textContent = `Next place (${all.indexOf(last) + 1} of ${all.length})`;
  };
  const step = made('button', {type: 'button'});
  step.addEventListener('click', next);

  // the address holds the state, behind the place that it may name; what is chosen can be undone by going back
  const keep = (write = 'pushState') => {
    const place = location.hash.slice(1).split('&').filter(part => part && !part.includes('='));
    const state = differing('given').map(([name, value]) => `${name}=${value}`);
    const hash = [...place, ...state].join('&');
    history[write](null, '', hash ? `#${hash}` : location.pathname + location.search);
  };
  const restore = () => {
    choose(new URLSearchParams(location.hash.slice(1)));
    if (known || differing('given').length) show();
  };
  let isFollowing = false;
  addEventListener('click', event => {
    const link = event.target.closest('a[href^="#"]');
    isFollowing = !event.defaultPrevented && Boolean(link) && link.hash !== location.hash;
  });
  addEventListener('hashchange', () => {
    if (isFollowing) keep('replaceState');
    else restore();
    isFollowing = false;
  });
  panel.addEventListener('change', () => { show(); keep(); });
  const back = () => button('Undo', 'All choices as published', () => {
    const pressed = ways.find(({state}) => isMade(state))?.one;
    choose(new URLSearchParams());
    show();
    keep();
    // the bar is gone with its button: go on from the way that was undone
    pressed?.focus({preventScroll: true});
  });
  panel.querySelector('.choices').after(back());
  const table = document.querySelector('.first .title strong a');
  const toTable = made('a', {class: 'there', href: table?.hash ?? '#content'}, table?.textContent ?? 'Start');
  const toOthers = made('a', {class: 'there', href: '#what-if'});
  // away from the table the bar leads back to it
  const goneFar = is => [toTable.hidden, toOthers.hidden] = [!is, is];
  bar.append(toOthers, toTable, step, back());
  document.body.prepend(bar);
  panel.hidden = false;
  document.documentElement.classList.add('asks');
  restore();
};
if (panel) askOtherwise();
if (location.hash) unfold();
