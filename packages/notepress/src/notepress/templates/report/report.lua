-- From the notebook's Markdown to one document that both formats are written from: records become
-- numbered figures and tables, cross-references and numbers become links. Runs before citeproc.

local shared = dofile(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. '/../shared.lua')

local problems = {}
local known = {}        -- label -> "Figure 3"
local counts = {}       -- "Figure" -> 3, and "Figure S" -> 1 for those on screen alone

local function problem(text) problems[#problems + 1] = text end

-- The raw markup that both formats can print is a table; everything else would vanish from one.
local function raw(el)
  if el.format:match('^html') then
    if el.text:match('^%s*<!%-%-.*%-%->%s*$') then return {} end
    if el.t == 'RawBlock' and el.text:match('<table') then
      return pandoc.read(el.text, 'html').blocks
    end
  end
  problem('raw ' .. el.format .. ' would be lost in the other format: ' .. el.text:sub(1, 60))
end

local taking_in = {
  RawBlock = raw,
  RawInline = raw,
  Image = function(el) problem('an image in prose, ' .. el.src .. '; show it with press.figure') end,
}

-- The reader's format as a string: pandoc takes a table of extensions apart anew for each text, in
-- ten times the time that it takes to read one.
local function format_of_reader()
  local name, given = 'markdown', {}
  for _, extension in ipairs(PANDOC_READER_OPTIONS.extensions) do given[extension] = true end
  for extension, usual in pairs(pandoc.format.extensions(name)) do
    if usual ~= (given[extension] or false) then name = name .. (usual and '-' or '+') .. extension end
  end
  return name
end

local READER = format_of_reader()

-- Words of records that were read all at once, as blocks by their text.
local read_before = {}

-- Words of a record are held to what prose is held to.
local function read(markdown)
  return read_before[markdown] or pandoc.read(markdown, READER):walk(taking_in).blocks
end

local function inlines(markdown)
  return pandoc.utils.blocks_to_inlines(read(markdown), pandoc.Inlines {pandoc.Space()})
end

-- Reads texts at once: to begin takes pandoc longer than to read a cell. What could reach into
-- another text is left to be read by itself; so are all, where one did.
local FENCE = (':'):rep(40)
local function read_ahead(texts)
  local apart, fenced = {}, {}
  for _, text in ipairs(texts) do
    if not text:match('%]:') and not text:match('%(@') then
      apart[#apart + 1] = text
      fenced[#fenced + 1] = FENCE .. ' cell\n' .. text .. '\n\n' .. FENCE .. '\n'
    end
  end
  local blocks = read(table.concat(fenced, '\n'))
  for place = 1, #apart do
    local block = blocks[place]
    if #blocks ~= #apart or block.t ~= 'Div' or block.classes[1] ~= 'cell' then return end
  end
  for place, text in ipairs(apart) do read_before[text] = blocks[place].content end
end

-- The words of a record that are Markdown.
local function words_of(record)
  local texts = {record.title, record.notes}
  for _, row in ipairs(record.rows or {}) do
    for number, text in ipairs(row) do
      if record.columns[number].markdown then texts[#texts + 1] = text end
    end
  end
  if record.card then
    texts[#texts + 1] = record.card.band
    texts[#texts + 1] = record.card.about
    for _, note in ipairs(record.card.below) do texts[#texts + 1] = note[2] end
  end
  return texts
end

-- What a cell holds: the paragraphs of Markdown.
local function cell_of(blocks)
  if #blocks == 1 then blocks = pandoc.Blocks {pandoc.Plain(blocks[1].content)} end
  return pandoc.Cell(blocks)
end

local aligns = {left = pandoc.AlignLeft, right = pandoc.AlignRight}

local function table_of(record)
  local specs, head, rows = {}, {}, {}
  for _, column in ipairs(record.columns) do
    specs[#specs + 1] = {aligns[column.align], column.width or nil}
    local named = pandoc.Plain(pandoc.Str(column.header))
    head[#head + 1] = pandoc.Cell(named, nil, 1, 1, {colour = column.colour})
  end
  for place, row in ipairs(record.rows) do
    local cells = {}
    for number, text in ipairs(row) do
      if record.columns[number].markdown then
        cells[number] = cell_of(read(text))
      else
        cells[number] = pandoc.Cell(pandoc.Plain(pandoc.Str(text)))
      end
    end
    -- a row that has a name alone is a line across the table
    if #row > 2 and table.concat(row, '', 2) == '' then
      cells[1].col_span = #row
      cells = {cells[1]}
    end
    local tells = record.tells and record.tells[place] or nil
    rows[#rows + 1] = pandoc.Row(cells, {id = record.addresses and record.addresses[place] or '', tells = tells})
  end
  -- the first cell names its row, unless that is two cells side by side
  local stub = #specs < 3 and 0 or 1
  return pandoc.Table(
    {long = {}}, specs, pandoc.TableHead({pandoc.Row(head)}),
    {{attr = pandoc.Attr(), body = rows, head = {}, row_head_columns = stub}},
    pandoc.TableFoot())
end

-- What a line of the printed page holds of a table, in characters: at the size of tables, at the
-- small size of crowded ones, and what the gap between two columns takes.
local LINE, SMALL_LINE, GAP = 104, 126, 3

local function longest(text, pattern)
  local most = 0
  for part in text:gmatch(pattern) do most = math.max(most, utf8.len(part) or #part) end
  return most
end

-- A citation is a number in print, whatever its key.
local as_printed = {Cite = function() return pandoc.Str('[00]') end}

-- Widths for a printed table: each column gets what its longest word needs. The rest goes as the
-- notebook asks, or to the columns with long text. Where nothing is asked and nothing is tight, the
-- columns are left to themselves. Browsers do this well on their own.
local function fit(tbl, name)
  local needs, wants, natural, need, asked = {}, {}, 0, 0, false
  for column, spec in ipairs(tbl.colspecs) do
    local title = 0
    needs[column], wants[column] = 1, 1
    asked = asked or spec[2] ~= nil
    local function see(cell, is_head)
      if not cell or cell.col_span > 1 then return end
      local text = pandoc.utils.stringify(cell.contents:walk(as_printed))
      local whole = longest(text, '.+')
      local numeric = not is_head and spec[1] == pandoc.AlignRight
      -- a line can break between Chinese characters: no more than twelve of them stand together
      local parted = text:gsub(('[\xe3-\xef][\x80-\xbf][\x80-\xbf]'):rep(12), '%0 ')
      local word = numeric and whole or longest(parted, '[^%s_/;-]+')
      if is_head then word = 1.15 * word + 0.5 end     -- bold
      needs[column] = math.max(needs[column], word)
      wants[column] = math.max(wants[column], is_head and whole / 2 or whole, word)
      title = math.max(title, whole)
    end
    for _, row in ipairs(tbl.head.rows) do see(row.cells[column], true) end
    for _, row in ipairs(tbl.bodies[1].body) do see(row.cells[column], false) end
    natural, need = natural + title + GAP, need + needs[column] + GAP
  end
  -- an estimate: near the limit, Typst knows better
  if not asked and natural <= 1.08 * LINE then return tbl end
  local line = LINE
  if need > line then
    tbl.classes:insert('crowded')
    line = SMALL_LINE
  end
  if need > line then
    problem(name .. ' is too wide for a printed page; leave out columns, or shorten words')
  end
  -- what a column would like beyond its need
  local extra, all_extra = {}, 0
  for column, spec in ipairs(tbl.colspecs) do
    local wanted = spec[2] and spec[2] * line - GAP or wants[column]
    extra[column] = math.max(0, wanted - needs[column])
    all_extra = all_extra + extra[column]
  end
  local room = math.max(0, line - need)
  for column, spec in ipairs(tbl.colspecs) do
    local share = all_extra > 0 and extra[column] / all_extra or 1 / #tbl.colspecs
    -- Typst knows the width of words that stand alone
    spec[2] = wants[column] > needs[column] and (needs[column] + GAP + room * share) / math.max(line, need) or nil
    tbl.colspecs[column] = spec
  end
  return tbl
end

-- A figure or table with its title above and its caption below.
-- What stands on screen alone is counted by itself, so that paper and screen have the same numbers.
local function evidence(kind, label, title, body, notes, screen_only)
  local attributes = {kind = kind, prefix = screen_only and 'S' or ''}
  if body.t == 'Table' and FORMAT == 'typst' then body = fit(body, label) end
  for _, spec in ipairs(body.t == 'Table' and body.colspecs or {}) do
    -- columns with shares of a width need a width to share
    if spec[2] then attributes.wide = 'true' end
  end
  return pandoc.Div(
    {pandoc.Div(pandoc.Plain(title), {class = 'title'}), body, pandoc.Div(pandoc.Plain(notes), {class = 'notes'})},
    pandoc.Attr(label, {'evidence'}, attributes))
end

-- A record for the format's own filter, which knows how to print it.
local function as_block(record)
  return pandoc.Div({pandoc.CodeBlock(pandoc.json.encode(record))}, {class = record.kind})
end

-- A table with what it comes to, a drawing and notes, each in a Div of its own.
local function as_card(made, card)
  made.classes:insert('card')
  made.content:insert(pandoc.Div(pandoc.Plain(inlines(card.band)), {class = 'band'}))
  made.content:insert(pandoc.Div(pandoc.Plain(inlines(card.about)), {class = 'about'}))
  for _, note in ipairs(card.below) do
    made.content:insert(pandoc.Div(read(note[2]), {class = 'below', name = note[1]}))
  end
  return made
end

local makers = {
  figure = function(record)
    local body = pandoc.RawBlock(FORMAT, record.markup)
    local figure = evidence('Figure', record.label, inlines(record.title), body, inlines(record.notes), record.screen_only)
    figure.attributes.code = record.code
    if record.data then
      figure.attributes.file = record.file
      figure.content:insert(pandoc.RawBlock(FORMAT, record.data))
    end
    return figure
  end,
  table = function(record)
    local made = evidence('Table', record.label, inlines(record.title), table_of(record), inlines(record.notes), record.screen_only)
    made.attributes.code = record.code
    if record.room and record.room ~= '' then made.classes:insert(record.room) end
    return record.card and as_card(made, record.card) or made
  end,
  image = function(record) return pandoc.Div(pandoc.RawBlock(FORMAT, record.markup), {class = 'image'}) end,
  numbers = function(record) return pandoc.RawBlock(FORMAT, record.markup) end,
  notebook = as_block,
}

local function record_of(el)
  return el.classes:includes('notepress') and pandoc.json.decode(el.text, false) or nil
end

local expanding = {
  CodeBlock = function(el)
    local record = record_of(el)
    return record and makers[record.kind](record)
  end,
  Table = function(el)
    local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
    el = shared.tidy(el)
    if #caption == 0 then return FORMAT == 'typst' and fit(el, 'a table without title') or el end
    el.caption = {long = {}}
    local label = el.identifier
    el.identifier = ''
    return evidence('Table', label, caption, el, pandoc.Inlines {})
  end,
}

local numbering = {
  traverse = 'topdown',
  Div = function(el)
    if not el.classes:includes('evidence') then return nil end
    local start = el.attributes.kind .. '\u{a0}' .. el.attributes.prefix
    counts[start] = (counts[start] or 0) + 1
    local name = start .. counts[start]
    el.attributes.name = name
    if el.identifier ~= '' then known[el.identifier] = name end
    return el
  end,
}

-- [@fig-a; @tbl-b] or @fig-a: a link per label, with the words that stand around it
local function cross_reference(el)
  local links = pandoc.Inlines {}
  local labels = 0
  for number, citation in ipairs(el.citations) do
    if citation.id:match('^fig%-') or citation.id:match('^tbl%-') then
      labels = labels + 1
      if number > 1 then links:extend {pandoc.Str(','), pandoc.Space()} end
      links:extend(citation.prefix)
      if #citation.prefix > 0 then links:insert(pandoc.Space()) end
      links:insert(pandoc.Link(known[citation.id], '#' .. citation.id))
      links:extend(citation.suffix)
    end
  end
  if labels == 0 then return nil end
  if labels < #el.citations then problem('a citation that mixes sources with figures or tables') end
  return links
end

local plain_numbers = {Span = function(el) if el.classes:includes('value') then return el.content end end}

local linking = {
  traverse = 'topdown',
  -- a link inside a link, or in a heading that the contents repeat, would not work
  Header = function(el)
    local names = {}
    el:walk {Span = function(one) names[#names + 1] = one.attributes.number end}
    if #names > 0 and FORMAT == 'html' then el.attributes.shows = table.concat(names, ' ') end
    return el:walk(plain_numbers), false
  end,
  Link = function(el) return el:walk(plain_numbers), false end,
  Cite = cross_reference,
  Span = function(el)
    if el.classes:includes('value') then
      return pandoc.Link(el.content, '#num-' .. el.attributes.number)
    end
  end,
}

-- In Chinese no space stands behind a mark, whatever the source has there.
local closing_up = {Div = function(el)
  if not (el.attributes.lang or ''):match('^zh') then return nil end
  return el:walk {Inlines = function(inlines)
    local kept = pandoc.Inlines {}
    for _, one in ipairs(inlines) do
      local is_gap = one.t == 'Space' or one.t == 'SoftBreak'
      local before = #kept > 0 and pandoc.utils.stringify(kept[#kept]) or ''
      local is_closed = ('。，；：'):find(before:sub(-3), 1, true) and #before > 2
      if not (is_gap and is_closed) then kept:insert(one) end
    end
    return kept
  end}
end}

function Pandoc(doc)
  local texts = pandoc.List {}
  doc:walk {CodeBlock = function(el) texts:extend(words_of(record_of(el) or {})) end}
  read_ahead(texts)
  for _, filter in ipairs {taking_in, expanding, numbering, linking, closing_up} do doc = doc:walk(filter) end
  if #problems > 0 then
    io.stderr:write(table.concat(problems, '\n') .. '\n')
    os.exit(1)
  end
  return shared.level_headings(doc, FORMAT == 'typst' and 1 or 2)
end
