-- The document as Typst: report.typ has a function for each of its parts. Runs after citeproc.

local function quote(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\n', ' ') .. '"'
end

local function raw(text) return pandoc.RawInline('typst', text) end

-- Inlines as a content block. What stands first could be read as markup ("- none", "1. May"), so
-- the first word goes in as a string.
local function content(inlines)
  local out = pandoc.Inlines {raw('[')}
  for number, el in ipairs(inlines) do
    if number == 1 and el.t == 'Str' then el = raw('#' .. quote(el.text) .. ';') end
    out:insert(el)
  end
  out:insert(raw(']'))
  return out
end

local function wrap(before, blocks, after)
  local out = pandoc.Blocks {pandoc.RawBlock('typst', before)}
  out:extend(blocks)
  out:insert(pandoc.RawBlock('typst', after))
  return out
end

local align_names = {AlignLeft = 'left', AlignRight = 'right', AlignCenter = 'center', AlignDefault = 'left'}

-- Names such as applied_rate_pct may break at their underscores.
local breaking = {Str = function(el)
  if el.text:match('%w_%w') then return pandoc.Str((el.text:gsub('_', '_\u{200b}'))) end
end}

local function cell_of(cell)
  local out = pandoc.Inlines {}
  if cell.col_span > 1 or cell.row_span > 1 then
    out:insert(raw(('table.cell(colspan: %d, rowspan: %d)'):format(cell.col_span, cell.row_span)))
  end
  out:extend(content(pandoc.utils.blocks_to_inlines(cell.contents):walk(breaking)))
  out:insert(raw(', '))
  return out
end

local function rows_of(rows)
  local out = pandoc.Inlines {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do out:extend(cell_of(cell)) end
    out:insert(raw('\n'))
  end
  return out
end

local function Table(tbl)
  local columns, aligns = {}, {}
  for number, spec in ipairs(tbl.colspecs) do
    local width = spec[2]
    columns[number] = width and ('%.4ffr'):format(width) or 'auto'
    aligns[number] = align_names[spec[1]]
  end
  local out = pandoc.Inlines {raw(('#data-table(columns: (%s,), align: (%s,), crowded: %s, head: ('):format(
    table.concat(columns, ', '), table.concat(aligns, ', '), tostring(tbl.classes:includes('crowded'))))}
  out:extend(rows_of(tbl.head.rows))
  out:insert(raw('),\n'))
  out:extend(rows_of(tbl.bodies[1].body))
  out:insert(raw(')'))
  return pandoc.Plain(out)
end

local function evidence(el)
  local title, body, notes = el.content[1], el.content[2], el.content[3]
  local kind = el.attributes.kind
  local out = pandoc.Inlines {raw(('#evidence(kind: %s, name: %s, title: '):format(
    kind == 'Figure' and 'image' or 'table', quote(el.attributes.name)))}
  out:extend(content(title.content[1].content))
  out:insert(raw(', notes: '))
  local words = notes.content[1].content
  if #words > 0 then out:extend(content(words)) else out:insert(raw('none')) end
  if el.attributes.wide then out:insert(raw(', roomy: true')) end
  if el.identifier ~= '' then out:insert(raw(', target: <' .. el.identifier .. '>')) end
  out:insert(raw(')['))
  if body.t == 'RawBlock' then out:insert(raw(body.text)) else out:extend(body.content) end
  out:insert(raw(']'))
  return pandoc.Plain(out)
end

local function number_entry(el)
  local number = pandoc.json.decode(el.content[1].text, false)
  local lines = {}
  for _, line in ipairs(number.lines) do
    local words = {}
    for _, piece in ipairs(line[2]) do words[#words + 1] = piece.text end
    lines[#lines + 1] = ('(%s, %s),'):format(quote(line[1]), quote(table.concat(words, ' ')))
  end
  return pandoc.RawBlock('typst', ('#number-entry(<num-%s>, %s, %s, (%s))'):format(
    number.id, quote(number.text), quote(number.definition), table.concat(lines, ' ')))
end

local function Div(el)
  if el.identifier == 'refs' then return wrap('#sources-list[', el.content, ']') end
  if el.classes:includes('evidence') then return evidence(el) end
  if el.classes:includes('number') then return number_entry(el) end
  for _, class in ipairs {'answer', 'numbers', 'image'} do
    if el.classes:includes(class) then return wrap('#' .. class .. '-block[', el.content, ']') end
  end
end

-- PDF/UA asks for a text in the place of every formula.
local function Math(el)
  local markup = pandoc.write(pandoc.Pandoc {pandoc.Plain {el}}, 'typst'):gsub('%s+$', '')
  local words = el.text:gsub('^%s+', ''):gsub('%s+$', '')
  return raw(('#math.equation(block: %s, alt: %s, %s)'):format(
    tostring(el.mathtype == 'DisplayMath'), quote(words), markup))
end

local function CodeBlock(el)
  return pandoc.RawBlock('typst', '#output-block(' .. quote(el.text):gsub('\n', '\\n') .. ')')
end

return {{Math = Math, Table = Table}, {Div = Div}, {CodeBlock = CodeBlock}}
