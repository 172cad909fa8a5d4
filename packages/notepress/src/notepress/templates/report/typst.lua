-- The document as Typst: report.typ has a function for each of its parts. Runs after citeproc.

local shared = dofile(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. '/../shared.lua')
local quote, raw, content = shared.quote, shared.raw, shared.content

local function wrap(before, blocks, after)
  local out = pandoc.Blocks {pandoc.RawBlock('typst', before)}
  out:extend(blocks)
  out:insert(pandoc.RawBlock('typst', after))
  return out
end

local align_names = {AlignLeft = 'left', AlignRight = 'right', AlignCenter = 'center', AlignDefault = 'left'}

-- Names such as applied_rate_pct may break at their underscores.
local breaking = {
  Str = function(el)
    if el.text:match('%w_%w') then return pandoc.Str((el.text:gsub('_', '_\u{200b}'))) end
  end,
}

local function cell_of(cell, is_head)
  local out = pandoc.Inlines {}
  if cell.col_span > 1 or cell.row_span > 1 then
    out:insert(raw(('across(alone: %s, colspan: %d, rowspan: %d)'):format(
      tostring(not is_head), cell.col_span, cell.row_span)))
  end
  local between, colour = pandoc.Inlines {raw('#parbreak()')}, cell.attributes.colour
  if colour then out:insert(raw(('side-head(rgb("%s"))'):format(colour))) end
  out:extend(content(pandoc.utils.blocks_to_inlines(cell.contents, between):walk(breaking)))
  out:insert(raw(', '))
  return out
end

local function rows_of(rows)
  local out = pandoc.Inlines {}
  for number, row in ipairs(rows) do
    -- a row of one cell heads the cells below it, and stays with them at the foot of a page
    local below = rows[number + 1]
    local is_head = #row.cells == 1 and below and #below.cells > 1
    if is_head then out:insert(raw('table.header(level: 2, repeat: false, ')) end
    for _, cell in ipairs(row.cells) do out:extend(cell_of(cell, is_head)) end
    out:insert(raw(is_head and '),\n' or '\n'))
  end
  return out
end

-- Whether lines across the table head its other rows.
local function has_lines(tbl)
  for _, row in ipairs(tbl.bodies[1].body) do
    if #row.cells == 1 and row.cells[1].col_span > 1 then return true end
  end
  return false
end

-- Whether marks stand in the table, which take more room than words.
local function has_marks(tbl)
  local found = false
  tbl:walk {RawInline = function(el) found = found or el.text:match('^#mark%(') ~= nil end}
  return found
end

local function head_of(tbl)
  local columns, aligns = {}, {}
  for number, spec in ipairs(tbl.colspecs) do
    local width = spec[2]
    columns[number] = width and ('%.4ffr'):format(width) or 'auto'
    aligns[number] = align_names[spec[1]]
  end
  return table.concat(columns, ', '), table.concat(aligns, ', ')
end

local function Table(tbl)
  local columns, aligns = head_of(tbl)
  local out = pandoc.Inlines {raw(('#data-table(name: %s, columns: (%s,), align: (%s,), size: %s, crowded: %s, ruled: %s, marked: %s, in-card: %s, head: ('):format(
    quote(tbl.attributes.name or ''), columns, aligns, tbl.attributes.size or '8pt',
    tostring(tbl.classes:includes('crowded')), tostring(not has_lines(tbl)), tostring(has_marks(tbl)), tbl.attributes.in_card or 'false'))}
  out:extend(rows_of(tbl.head.rows))
  out:insert(raw('),\n'))
  out:extend(rows_of(tbl.bodies[1].body))
  out:insert(raw(')'))
  return pandoc.Plain(out)
end

-- A table says its name again on each further page.
local function named(el)
  if el.attributes.lang then
    return el:walk {Table = function(tbl)
      tbl.attributes.size = '8.5pt'
      return tbl
    end}
  end
  if not el.classes:includes('evidence') then return nil end
  return el:walk {Table = function(tbl)
    tbl.attributes.name = el.attributes.name
    if el.classes:includes('dense') then tbl.attributes.size = '7.5pt' end
    if el.classes:includes('card') or el.classes:includes('roomy') then tbl.attributes.size = '8.5pt' end
    if el.classes:includes('roomy') and has_lines(tbl) then tbl.attributes.size = '10.5pt' end
    if el.classes:includes('card') then tbl.attributes.in_card = 'true' end
    return tbl
  end}
end

-- A card: what a table comes to, the table, and notes.
local function card(el)
  local out = pandoc.Inlines {raw(('card(name: %s, target: <%s>, first: %s, title: '):format(
    quote(el.attributes.name), el.identifier, el.attributes.first or 'false'))}
  local below, lengths, most = pandoc.Inlines {}, {}, 0
  out:extend(content(el.content[1].content[1].content))
  for _, part in ipairs(el.content) do
    local class = part.classes and part.classes[1]
    if class == 'band' or class == 'about' then
      out:insert(raw(', ' .. class .. ': '))
      out:extend(content(part.content[1].content))
    elseif class == 'below' then
      lengths[#lengths + 1] = utf8.len(pandoc.utils.stringify(part.content))
      most = math.max(most, lengths[#lengths])
      below:insert(raw('(' .. quote(part.attributes.name) .. ', '))
      below:extend(content(pandoc.utils.blocks_to_inlines(part.content, pandoc.Inlines {raw('#parbreak()')})))
      below:insert(raw('), '))
    end
  end
  -- the longest note has at most twice the width of another
  for number, length in ipairs(lengths) do lengths[number] = ('%.2ffr'):format(math.max(length, most / 2) / most) end
  out:insert(raw(', shares: (' .. table.concat(lengths, ', ') .. ',), below: ('))
  out:extend(below)
  local notes = el.content[3].content[1].content
  if #notes > 0 then
    out:insert(raw('), notes: '))
    out:extend(content(notes))
    out:insert(raw(', ['))
  else
    out:insert(raw('), ['))
  end
  out:extend(el.content[2].content)
  out:insert(raw('])'))
  return pandoc.Plain(out)
end

local function evidence(el)
  if el.classes:includes('card') then return card(el) end
  local title, body, notes = el.content[1], el.content[2], el.content[3]
  local kind = el.attributes.kind
  local out = pandoc.Inlines {raw(('#evidence(kind: %s, name: %s, title: '):format(
    kind == 'Figure' and 'image' or 'table', quote(el.attributes.name)))}
  out:extend(content(title.content[1].content))
  out:insert(raw(', notes: '))
  local words = notes.content[1].content
  if #words > 0 then out:extend(content(words)) else out:insert(raw('none')) end
  if el.identifier ~= '' then out:insert(raw(', target: <' .. el.identifier .. '>')) end
  out:insert(raw(')['))
  if body.t == 'RawBlock' then out:insert(raw(body.text)) else out:extend(body.content) end
  out:insert(raw(']'))
  return pandoc.Plain(out)
end

-- A heading that goes on where it stands.
local function Header(el)
  if not el.classes:includes('flowing') then return nil end
  return {pandoc.RawBlock('typst', '#[#set heading(supplement: [here])'), el, pandoc.RawBlock('typst', ']')}
end

-- The list of numbers is for the page; on paper a number is no link.
local function Link(el)
  if el.target:match('^#num%-') then return el.content end
end

-- Lines of the column, about: a page breaks no paragraph of fewer than this.
local LINE, WHOLE = 74, 5

local function is_whole(blocks) return utf8.len(pandoc.utils.stringify(blocks)) < LINE * WHOLE end

local function paragraph(el)
  return wrap(('#paragraph(whole: %s)['):format(tostring(is_whole(el))), {el}, ']')
end

local function list(el)
  for number, item in ipairs(el.content) do
    if is_whole(item) then el.content[number] = wrap('#block(breakable: false, width: 100%)[', item, ']') end
  end
  return el
end

-- The text itself, not what stands in figures, tables and lists.
local function in_column(blocks)
  local out = pandoc.Blocks {}
  for _, el in ipairs(blocks) do
    if el.t == 'Para' then out:extend(paragraph(el))
    elseif el.t == 'BulletList' or el.t == 'OrderedList' then out:insert(list(el))
    elseif el.t == 'Div' and #el.classes == 0 and el.identifier == '' and not el.attributes.lang then out:extend(in_column(el.content))
    else out:insert(el) end
  end
  return out
end

-- Sources, and what follows them, stand in columns of their own.
local function with_lists(blocks)
  local text, lists = pandoc.Blocks {}, pandoc.Blocks {}
  for _, el in ipairs(blocks) do
    local starts = el.t == 'Div' and el.identifier == 'refs'
    if starts or #lists > 0 then lists:insert(el) else text:insert(el) end
  end
  local out = in_column(text)
  if #lists > 0 then out:extend(wrap('#lists[', lists, ']')) end
  return out
end

-- Boxes side by side, of one height.
local function boxes(el)
  local out = pandoc.Blocks {pandoc.RawBlock('typst', '#boxes(')}
  for _, box in ipairs(el.content) do
    out:extend(wrap('[', box.content, '],'))
  end
  out:insert(pandoc.RawBlock('typst', ')'))
  return out
end

local function Div(el)
  if el.identifier == 'refs' then return wrap('#sources-list[', el.content, ']') end
  if el.classes:includes('evidence') then return evidence(el) end
  if el.classes:includes('boxes') then return boxes(el) end
  if el.classes:includes('cards') then
    local out = pandoc.Inlines {raw('#cards(')}
    for _, one in ipairs(el.content) do out:extend(one.content .. {raw(', ')}) end
    return pandoc.Plain(out .. {raw(')')})
  end
  for _, class in ipairs {'answer', 'deck', 'aside', 'image'} do
    if el.classes:includes(class) then return wrap('#' .. class .. '-block[', el.content, ']') end
  end
  if el.attributes.lang then
    return wrap(('#foreign-block(%s)['):format(quote(el.attributes.lang:match('^%a+'))), el.content, ']')
  end
end

-- A mark, what stands small below a verdict, or words of another language.
local function Span(el)
  if el.classes:includes('certain') then
    return pandoc.Inlines {raw('#text(size: 8.5pt, weight: "regular")')} .. content(el.content)
  end
  if el.classes:includes('mark') then
    return pandoc.Inlines {raw(('#mark(%s)'):format(quote(el.attributes.look)))} .. content(el.content) .. {raw('#h(.15em)')}
  elseif el.attributes.lang then
    return pandoc.Inlines {raw(('#text(lang: %s)'):format(quote(el.attributes.lang:match('^%a+'))))} .. content(el.content)
  end
end

local function CodeBlock(el)
  return pandoc.RawBlock('typst', '#output-block(' .. quote(el.text, '\\n') .. ')')
end

-- Cards that follow each other, together. The first of a section stands below its heading and what is
-- said there.
local function with_cards(blocks)
  local out, is_first = pandoc.Blocks {}, false
  for _, el in ipairs(blocks) do
    if el.t == 'Header' and el.level == 1 then is_first = true end
    if el.t == 'Div' and el.classes:includes('card') then
      if is_first then el.attributes.first = 'true' end
      is_first = false
      local last = out[#out]
      if last and last.t == 'Div' and last.classes:includes('cards') then
        last.content:insert(el)
      else
        out:insert(pandoc.Div({el}, pandoc.Attr('', {'cards'})))
      end
    else
      out:insert(el)
    end
  end
  return out
end

-- A day of the year that the day before it in the running text of a section has goes without it.
local function drop_years(blocks)
  local year
  local shortened = {Link = function(el)
    local day, found = pandoc.utils.stringify(el):match('^(%d+\u{a0}%a+)\u{a0}(%d%d%d%d)$')
    if not day or not el.target:match('^#num%-') then return nil end
    if found == year then el.content = {pandoc.Str(day)} end
    year = found
    return el
  end}
  for place, el in ipairs(blocks) do
    if el.t == 'Header' then year = nil end
    if el.t ~= 'Div' and el.t ~= 'Header' then blocks[place] = el:walk(shortened) end
  end
end

local function Pandoc(doc)
  drop_years(doc.blocks)
  doc.blocks = with_lists(with_cards(doc.blocks))
  return doc
end

return {{Pandoc = Pandoc}, {Link = Link, Div = named, Header = Header}, {Math = shared.math, Table = Table, Span = Span}, {Div = Div}, {CodeBlock = CodeBlock}}
