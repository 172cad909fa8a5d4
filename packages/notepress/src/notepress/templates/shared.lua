-- What the filters of reports and of other notebooks have in common.

local shared = {}

function shared.quote(text, line_end)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\n', line_end or ' ') .. '"'
end

function shared.raw(text) return pandoc.RawInline('typst', text) end

-- Inlines as a content block. What stands first could be read as markup ("- none", "1. May"), so
-- the first word goes in as a string.
function shared.content(inlines)
  local out = pandoc.Inlines {shared.raw('[')}
  for number, el in ipairs(inlines) do
    if number == 1 and el.t == 'Str' then el = shared.raw('#' .. shared.quote(el.text) .. ';') end
    out:insert(el)
  end
  out:insert(shared.raw(']'))
  return out
end

-- PDF/UA asks for a text in the place of every formula.
function shared.math(el)
  local markup = pandoc.write(pandoc.Pandoc {pandoc.Plain {el}}, 'typst'):gsub('%s+$', '')
  if not markup:match('^%$') then return pandoc.Code(el.text) end    -- TeX that Typst has not
  local words = el.text:gsub('^%s+', ''):gsub('%s+$', '')
  return shared.raw(('#math.equation(block: %s, alt: %s, %s)'):format(
    tostring(el.mathtype == 'DisplayMath'), shared.quote(words), markup))
end

local function is_number(text)
  local digits = text:gsub('[%s,.%%$+()%-]', '')
  for _, sign in ipairs {'\u{2212}', '\u{2013}', '\u{a0}', '\u{202f}'} do digits = digits:gsub(sign, '') end
  return text:match('%d') and digits:match('^%d*$') or text == '' or text == '\u{2013}' or text == 'NaN'
end

function shared.text_of(cell) return cell and pandoc.utils.stringify(cell.contents) or '' end

-- One head and one body, whatever the source had, and columns of numbers to the right.
function shared.tidy(tbl)
  local text_of = shared.text_of
  local head, rows, stub = pandoc.List {}, pandoc.List {}, 0
  head:extend(tbl.head.rows)
  for _, part in ipairs(tbl.bodies) do
    rows:extend(part.head)
    rows:extend(part.body)
    stub = math.max(stub, part.row_head_columns)
  end
  rows:extend(tbl.foot.rows)
  -- pandas puts the name of the index on a row of its own, below the names of the columns
  if #head == 2 and stub == 1 and text_of(head[1].cells[1]) == '' and #head[1].cells == #head[2].cells then
    local only_first = text_of(head[2].cells[1]) ~= ''
    for number = 2, #head[2].cells do only_first = only_first and text_of(head[2].cells[number]) == '' end
    if only_first then
      head[1].cells[1] = head[2].cells[1]
      head:remove(2)
    end
  end
  for column, spec in ipairs(tbl.colspecs) do
    local numeric = #rows > 0
    for _, row in ipairs(rows) do
      local has_spans = #row.cells ~= #tbl.colspecs
      numeric = numeric and (has_spans or is_number(text_of(row.cells[column]))) and true or false
    end
    if spec[1] == pandoc.AlignDefault and numeric and column > stub then spec[1] = pandoc.AlignRight end
    tbl.colspecs[column] = spec
  end
  tbl.head.rows = head
  tbl.bodies = {{attr = pandoc.Attr(), body = rows, head = {}, row_head_columns = stub}}
  tbl.foot.rows = {}
  return tbl
end

-- Sections start at the top level whatever level the document starts at.
-- No level is left out on the way down.
function shared.level_headings(doc, top)
  local least, last = 9, top - 1
  doc:walk {Header = function(el)
    if not el.classes:includes('appendix') then least = math.min(least, el.level) end
  end}
  return doc:walk {traverse = 'topdown', Header = function(el)
    el.level = el.classes:includes('appendix') and top or math.min(el.level - least + top, last + 1)
    last = el.level
    return el
  end}
end

return shared
