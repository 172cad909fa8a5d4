-- A notebook as a document of either format: what looks alike in both first, then each format's own.

local shared = dofile(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. '/../shared.lua')
local quote, raw = shared.quote, shared.raw
local is_print = FORMAT == 'typst'

local function text_of(el) return pandoc.utils.stringify(el) end

-- TeX that stands by itself in a notebook, as an environment that goes into a formula.
local function Math(el)
  if not el.text:match('%S') then return {} end
  local name, inner = el.text:match('^%s*\\begin{(%a+)%*?}(.-)\\end{%a+%*?}%s*$')
  if not name then return nil end
  inner = inner:gsub('\\label{[^}]*}', ''):gsub('\\nonumber', '')
  local inside = {align = 'aligned', gather = 'gathered', eqnarray = 'aligned', multline = 'gathered'}
  name = inside[name] or name
  if name ~= 'equation' and name ~= 'displaymath' then
    inner = '\\begin{' .. name .. '}' .. inner .. '\\end{' .. name .. '}'
  end
  return pandoc.Math('DisplayMath', inner)
end

-- A heading without words heads nothing; an image in one stands below it.
local function Header(el)
  local images = pandoc.Inlines {}
  local words = el:walk {Image = function(one) images:insert(one); return {} end, Link = function(one) return one.content end}
  local out = pandoc.Blocks {}
  if text_of(words):match('%S') then out:insert(words) end
  if #images > 0 then out:insert(pandoc.Para(images)) end
  return out
end

local function Figure(el) return el.content .. el.caption.long end

local plain = {Math = Math, Header = Header, Figure = Figure}

-- A link within the notebook leads to the heading that Jupyter names so; one to nowhere is words.
local function link_headings(doc)
  local known, count = {}, 0
  doc = doc:walk {Header = function(el)
    count = count + 1
    local id = 'section-' .. count
    for _, name in ipairs {el.identifier, (text_of(el):gsub(' ', '-'))} do
      if name ~= '' then known[name] = known[name] or id end
    end
    el.attr = pandoc.Attr(id)
    return el
  end}
  return doc:walk {Link = function(el)
    if el.target:match('^%a[%w+.-]*:') then return pandoc.Link(el.content, el.target) end
    local id = known[el.target:match('^#(.+)')]
    return id and pandoc.Link(el.content, '#' .. id) or el.content
  end}
end

-- --- on a page ----------------------------------------------------------------------------------
local unnamed = 0
local function scrolling(tbl)
  unnamed = unnamed + 1
  local open = '<div class="scroll" role="region" tabindex="0" aria-label="Table %d">'
  tbl.attr = pandoc.Attr()
  return {pandoc.RawBlock('html', open:format(unnamed)), shared.tidy(tbl), pandoc.RawBlock('html', '</div>')}
end

local function folded(el)
  local out = pandoc.Blocks {pandoc.RawBlock('html', '<details><summary>' .. el.attributes.name .. '</summary>')}
  out:extend(el.content)
  out:insert(pandoc.RawBlock('html', '</details>'))
  return out
end

local function shown_code(el)
  el.attributes.tabindex = '0'
  return el
end

-- --- on paper -----------------------------------------------------------------------------------
local align_names = {AlignRight = 'right', AlignCenter = 'center'}
-- a longer word may be broken anywhere
local LONGEST_WORD = 40

local function size_of(size)
  local number, unit = (size or ''):match('^%s*([%d.]+)%s*(%D*)$')
  if not number then return 'auto' end
  return unit == '%' and number .. '%' or ('%.1fpt'):format(tonumber(number) * 0.75)
end

local function Image(el)
  return raw(('#picture(%s, alt: %s, width: %s)'):format(
    quote(el.src), quote(text_of(el.caption)), size_of(el.attributes.width)))
end

-- Cells by their place in the table, which spans of others move, and the longest word and line of
-- each column, by which it is set.
local function cells_of(rows, first, columns, is_head, words)
  local out, taken = pandoc.Inlines {raw('(')}, {}
  for number, row in ipairs(rows) do
    local y, x = first + number - 1, 0
    for _, cell in ipairs(row.cells) do
      while taken[y .. ',' .. x] do x = x + 1 end
      if x >= columns then break end
      for right = 0, cell.col_span - 1 do
        for down = 0, cell.row_span - 1 do taken[(y + down) .. ',' .. (x + right)] = true end
      end
      local tall = math.min(cell.row_span, #rows - number + 1)
      out:insert(raw(('(x: %d, y: %d, w: %d, h: %d, body: '):format(x, y, math.min(cell.col_span, columns - x), tall)))
      local inlines = pandoc.utils.blocks_to_inlines(cell.contents, pandoc.Inlines {raw('#parbreak()')})
      out:extend(shared.content(inlines))
      out:insert(raw('),\n'))
      if cell.col_span == 1 then
        local whole = text_of(inlines)
        local column = words[x + 1]
        for word in whole:gmatch('%S+') do
          if utf8.len(word) > utf8.len(column.need) then column.need = word end
        end
        if utf8.len(whole) > utf8.len(column.want) then column.want = whole end
        inlines:walk {RawInline = function(one)
          if one.text:match('^#frame') then column.room = 24 elseif one.text:match('^#picture') then column.room = 3 end
        end}
      end
      x = x + cell.col_span
    end
  end
  out:insert(raw('),\n'))
  return out
end

local function first_letters(text, most)
  local at = utf8.offset(text, most + 1)
  return at and text:sub(1, at - 1) or text
end

local function frame(tbl)
  tbl = shared.tidy(tbl)
  local columns, words, aligns = #tbl.colspecs, {}, {}
  for column, spec in ipairs(tbl.colspecs) do
    words[column], aligns[column] = {need = '', want = ''}, align_names[spec[1]] or 'left'
  end
  local head, body = tbl.head.rows, tbl.bodies[1].body
  local cells = cells_of(head, 0, columns, true, words) .. {raw('body: ')} .. cells_of(body, #head, columns, false, words)
  local told = {}
  for column, word in ipairs(words) do
    told[column] = ('(need: %s, want: %s, room: %dcm),'):format(
      quote(first_letters(word.need, LONGEST_WORD)), quote(first_letters(word.want, 200)), word.room or 0)
  end
  local made = pandoc.Plain(pandoc.Inlines {raw(('#frame(stub: %d, tops: %d, align: (%s,), words: (%s), head: '):format(
    tbl.bodies[1].row_head_columns, #head, table.concat(aligns, ', '), table.concat(told)))} .. cells .. {raw(')')})
  return tbl.caption.long .. {made}
end

local function CodeBlock(el)
  local kind, language = el.classes[1] or 'output', el.classes[2]
  -- in colours, a word is many pieces, each too short to be broken
  for word in el.text:gmatch('%S+') do if #word >= 80 then language = nil end end
  return pandoc.RawBlock('typst', ('#code(kind: %s, number: %s, lang: %s, %s)'):format(
    quote(kind), quote(el.attributes.number or ''), language and quote(language) or 'none', quote(el.text, '\\n')))
end

local function printed(doc)
  doc = doc:walk {Div = function(el) return el.classes:includes('folded') and {} or nil end}
  return doc:walk {Image = Image}:walk {Math = shared.math, Table = frame, CodeBlock = CodeBlock}
end

function Pandoc(doc)
  doc = shared.level_headings(link_headings(doc:walk(plain)), is_print and 1 or 2)
  if is_print then return printed(doc) end
  return doc:walk {Table = scrolling, Div = folded, CodeBlock = shown_code}
end
