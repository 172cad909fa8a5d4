-- The document as HTML where pandoc's own is not enough: scopes of table heads, captions, details.
-- Runs after citeproc.

local entities = {['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;'}
local function escape(text) return (text:gsub('[&<>"]', entities)) end

local function raw(text) return pandoc.RawInline('html', text) end
local function block(text) return pandoc.RawBlock('html', text) end

local align_names = {AlignRight = 'right', AlignCenter = 'center'}

-- What blocks hold: more than one of them are paragraphs, which stand apart.
local function inside(blocks)
  if #blocks < 2 then return pandoc.utils.blocks_to_inlines(blocks) end
  local out = pandoc.Inlines {}
  for _, block in ipairs(blocks) do
    out = out .. {raw('<p>')} .. block.content .. {raw('</p>')}
  end
  return out
end

local function cell_of(cell, column, tbl, scope)
  -- an empty cell heads nothing
  scope = #cell.contents > 0 and scope or nil
  local name = scope and 'th' or 'td'
  local align = align_names[tbl.colspecs[column][1]]
  local colour = cell.attributes.colour
  local out = pandoc.Inlines {raw(('<%s%s%s%s%s%s>'):format(
    name,
    colour and (' style="--side:%s"'):format(escape(colour)) or '',
    scope and (' scope="%s"'):format(scope) or '',
    align and (' class="%s"'):format(align) or '',
    cell.col_span > 1 and (' colspan="%d"'):format(cell.col_span) or '',
    cell.row_span > 1 and (' rowspan="%d"'):format(cell.row_span) or ''))}
  out:extend(inside(cell.contents))
  out:insert(raw('</' .. name .. '>'))
  return out
end

local function rows_of(rows, tbl, scope_of)
  local out = pandoc.Inlines {}
  for _, row in ipairs(rows) do
    local id, tells = row.identifier, row.attributes.tells
    if tells and id == '' then id = tells:match('%S+') end
    out:insert(raw(('<tr%s%s>'):format(
      id ~= '' and (' id="%s"'):format(escape(id)) or '',
      tells and (' data-tells="%s"'):format(escape(tells)) or '')))
    local column = #tbl.colspecs
    for _, cell in ipairs(row.cells) do column = column - cell.col_span end
    column = column + 1     -- cells that a span from an earlier row covers stand on the left
    for _, cell in ipairs(row.cells) do
      out:extend(cell_of(cell, column, tbl, scope_of(column)))
      column = column + cell.col_span
    end
    out:insert(raw('</tr>'))
  end
  return out
end

-- What stands above a column, for a narrow page, which stacks the cells of a row below its head.
-- Numbers to be compared stay below each other where they are few.
local function headings_of(tbl)
  local names, numeric, stub = {}, 0, tbl.bodies[1].row_head_columns
  for _, spec in ipairs(tbl.colspecs) do
    if spec[1] == pandoc.AlignRight then numeric = numeric + 1 end
  end
  if #tbl.colspecs <= 4 and 2 * numeric > #tbl.colspecs then return '' end
  for number, cell in ipairs(tbl.head.rows[1] and tbl.head.rows[1].cells or {}) do
    local name = pandoc.utils.stringify(cell.contents):gsub('[\\\']', '\\%0')
    if number > stub and name ~= '' then names[#names + 1] = ("--c%d:'%s'"):format(number, escape(name)) end
  end
  return #names > 0 and (' style="%s"'):format(table.concat(names, ';')) or ''
end

local function table_of(tbl, caption)
  local widths, roomy = {}, false
  for number, spec in ipairs(tbl.colspecs) do
    local width = spec[2]
    widths[number] = width and ('<col style="width:%.4g%%">'):format(100 * width) or '<col>'
    roomy = roomy or width ~= nil
  end
  local out = pandoc.Inlines {raw(('<table%s%s>\n'):format(roomy and ' class="roomy"' or '', headings_of(tbl)))}
  if caption then
    out:insert(raw('<caption>'))
    out:extend(caption)
    out:insert(raw('</caption>\n'))
  end
  local stub = tbl.bodies[1].row_head_columns
  out:insert(raw('<colgroup>' .. table.concat(widths) .. '</colgroup><thead>\n'))
  out:extend(rows_of(tbl.head.rows, tbl, function() return 'col' end))
  out:insert(raw('</thead><tbody>\n'))
  out:extend(rows_of(tbl.bodies[1].body, tbl, function(column) return column <= stub and 'row' or nil end))
  out:insert(raw('</tbody></table>'))
  return out
end

-- A wide table scrolls by itself, also by keyboard, so that the page does not.
local function scrolling(inlines, name)
  local out = pandoc.Inlines {raw(('<div class="scroll" role="region" tabindex="0" aria-label="%s">\n'):format(escape(name)))}
  out:extend(inlines)
  out:insert(raw('\n</div>'))
  return pandoc.Plain(out)
end

-- The name of a figure or table is the link to it.
local function headline(el, tag)
  local name, id = el.attributes.name, el.identifier
  local link = id ~= '' and ('<a href="#%s">%s</a>'):format(id, name) or name
  local out = pandoc.Inlines {raw(('<%s class="title"><strong>%s</strong> '):format(tag, link))}
  out:extend(el.content[1].content[1].content)
  out:insert(raw(('</%s>'):format(tag)))
  return out
end

local function drawing(markup)
  return block(('<div class="drawing">\n%s\n</div>'):format(markup))
end

-- The data below a figure, to be unfolded.
local function data_of(el)
  local name = 'Data of ' .. el.attributes.name
  return block(('<details class="data"><summary>%s (%s)</summary>\n<div class="scroll" role="region" tabindex="0" aria-label="%s">\n%s\n</div>\n</details>'):format(
    name, escape(el.attributes.file), name, el.content[4].text))
end

-- A table with what it comes to, and notes; a narrow page shows what it comes to alone.
local function card(el)
  local out = pandoc.Blocks {block(('<div id="%s" class="evidence card">'):format(el.identifier))}
  out:insert(pandoc.Plain(headline(el, 'p')))
  local notes = pandoc.Blocks {}
  for _, part in ipairs(el.content) do
    local class = part.classes and part.classes[1]
    if class == 'band' then
      out:insert(pandoc.Plain(pandoc.Inlines {raw('<details class="folded" open><summary class="band">')} .. part.content[1].content .. {raw('</summary>')}))
    elseif class == 'about' then
      out:insert(pandoc.Plain(pandoc.Inlines {raw('<p class="about">')} .. part.content[1].content .. {raw('</p>')}))
    elseif class == 'below' then
      notes:insert(block('<div><strong>' .. escape(part.attributes.name) .. '</strong>'))
      notes:extend(part.content)
      notes:insert(block('</div>'))
    end
  end
  out:insert(scrolling(table_of(el.content[2]), el.attributes.name))
  out:insert(block('<div class="below">'))
  out:extend(notes)
  out:insert(block('</div>'))
  if #el.content[3].content[1].content > 0 then
    out:insert(pandoc.Plain(pandoc.Inlines {raw('<p class="notes">')} .. el.content[3].content[1].content .. {raw('</p>')}))
  end
  if el.attributes.code then
    out:insert(block(('<p class="tools"><a href="#%s">Code of %s</a></p>'):format(el.attributes.code, el.attributes.name)))
  end
  out:insert(block('</details></div>'))
  return out
end

local function evidence(el)
  if el.classes:includes('card') then return card(el) end
  local body, notes = el.content[2], el.content[3].content[1].content
  local id = el.identifier ~= '' and (' id="%s"'):format(el.identifier) or ''
  local out = pandoc.Blocks {}
  if body.t == 'Table' then
    out:insert(block(('<div%s class="evidence">'):format(id)))
    out:insert(scrolling(table_of(body, headline(el, 'span')), el.attributes.name))
  else
    out:insert(block(('<figure%s class="evidence">'):format(id)))
    out:insert(pandoc.Plain(pandoc.Inlines {raw('<figcaption>')} .. headline(el, 'span') .. {raw('</figcaption>')}))
    out:insert(drawing(body.text))
  end
  if #notes > 0 then
    out:insert(pandoc.Plain(pandoc.Inlines {raw('<p class="notes">')} .. notes .. {raw('</p>')}))
  end
  if el.attributes.file then out:insert(data_of(el)) end
  if el.attributes.code then
    out:insert(block(('<p class="tools"><a href="#%s">Code of %s</a></p>'):format(el.attributes.code, el.attributes.name)))
  end
  out:insert(block(body.t == 'Table' and '</div>' or '</figure>'))
  return out
end

-- The code cells of a notebook, to be unfolded; each is a place that figures and numbers link to.
local function notebook_code(el)
  local notebook = pandoc.json.decode(el.content[1].text, false)
  local cells = {}
  for _, cell in ipairs(notebook.cells) do
    cells[#cells + 1] = ('<pre id="%s"><code>%s</code></pre>'):format(escape(cell.anchor), escape(cell.source))
  end
  return block(('<details class="code"><summary>%s (%s)</summary>\n%s\n</details>'):format(
    escape(notebook.title), escape(notebook.name), table.concat(cells, '\n')))
end

-- The list of sources, without what pandoc says of each entry.
local function sources(el)
  local out = pandoc.Blocks {block('<ul id="refs">')}
  for _, entry in ipairs(el.content) do
    out:insert(pandoc.Plain({raw(('<li id="%s">'):format(entry.identifier))} .. pandoc.utils.blocks_to_inlines(entry.content) .. {raw('</li>')}))
  end
  out:insert(block('</ul>'))
  return out
end

local function Div(el)
  if el.identifier == 'refs' then return sources(el) end
  if el.classes:includes('evidence') then return evidence(el) end
  if el.classes:includes('notebook') then return notebook_code(el) end
  if el.classes:includes('image') then return drawing(el.content[1].text) end
  if el.classes:includes('answer') then
    el.attributes.role = 'note'
    el.attributes['aria-label'] = 'The answer'
    return el
  end
end

-- A table without a caption is told from others by its place.
local unnamed = 0
local function Table(tbl)
  unnamed = unnamed + 1
  return scrolling(table_of(tbl), ('Table without a name, %d'):format(unnamed))
end

local function CodeBlock(el)
  return block('<pre tabindex="0"><code>' .. escape(el.text) .. '</code></pre>')
end

-- Each number in it is a link already: the span around would only repeat the keys.
local function Cite(el) return el.content end

-- The sections of the parts after the first are folded, but for those that say to stay open.
local function Pandoc(doc)
  local out, parts, is_folded = pandoc.Blocks {}, 0, false
  local function close()
    if is_folded then out:insert(block('</details>')) end
    is_folded = false
  end
  for _, one in ipairs(doc.blocks) do
    local head = one.t == 'Div' and one.content[1] or one
    if head.t == 'Header' and head.level == 2 then
      close()
      if head.classes:includes('part') then
        parts = parts + 1
      elseif head == one and parts > 1 and not head.classes:includes('open') then
        out:insert(block('<details class="section"><summary>'))
        out:insert(one)
        one, is_folded = block('</summary>'), true
      end
    end
    out:insert(one)
  end
  close()
  doc.blocks = out
  return doc
end

return {{traverse = 'topdown', Div = Div}, {Cite = Cite, Table = Table, CodeBlock = CodeBlock}, {Pandoc = Pandoc}}
