// Offers what the page holds as files, and eases finding one's way. Nothing here is needed to read.
'use strict';
document.documentElement.classList.add('script');

const save = (name, type, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

const button = (words, label, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
};

const quoted = text => /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
const rows = table => [...table.rows].map(row => [...row.cells]);
const csv = table => rows(table).map(cells =>
  cells.map(cell => quoted(cell.dataset.name ?? cell.textContent)).join(',') + '\n').join('');

// each figure: its drawing and its data
for (const figure of document.querySelectorAll('figure.evidence')) {
  const name = figure.id.replace(/^fig-/, '') || 'figure';
  const title = figure.querySelector('.title strong').textContent;
  let tools = figure.querySelector('.tools');
  if (!tools) {
    tools = document.createElement('p');
    tools.className = 'tools';
    figure.append(tools);
  }
  const drawing = figure.querySelector('svg');
  if (drawing) {
    tools.append(button('SVG', title + ' as an SVG file', () =>
      save(name + '.svg', 'image/svg+xml', new XMLSerializer().serializeToString(drawing))));
  }
  // a table cut short in the page would be cut short in the file
  const data = figure.querySelector('details.data table');
  if (data && !data.caption) {
    tools.append(button('CSV', 'Data of ' + title + ' as a CSV file', () =>
      save(name + '.csv', 'text/csv', csv(data))));
  }
}

// long tables can be narrowed to the rows that hold some words
for (const table of document.querySelectorAll('main table')) {
  if (table.tBodies[0].rows.length < 20) continue;
  const field = document.createElement('input');
  field.type = 'search';
  const label = document.createElement('label');
  label.className = 'filter';
  label.append('Rows with ', field);
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  });
  table.closest('.scroll').before(label);
}

// what a link leads to is unfolded
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  target?.scrollIntoView();
};
addEventListener('hashchange', unfold);
if (location.hash) unfold();

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
const headings = [...document.querySelectorAll('main :is(h2, h3)')].filter(one => links.has(one.id));
const mark = () => {
  const passed = headings.filter(one => one.getBoundingClientRect().top < innerHeight / 3);
  nav.querySelector('[aria-current]')?.removeAttribute('aria-current');
  links.get(passed.at(-1)?.id)?.setAttribute('aria-current', 'true');
};
addEventListener('scroll', mark, {passive: true});
mark();
