-- Markdown as people write it in notebooks, as the Markdown of a report: mathematics of raw TeX, text
-- of raw HTML, images on their own. What cannot be printed is named in its place. Run with the two
-- formats; texts come in and go out as a list in JSON, each a document of its own.

local function lost(what) return pandoc.Emph {pandoc.Str('[' .. what .. ', not printed]')} end

local function as_math(text)
  local name, inner = text:match('^%s*\\begin{(%a+)%*?}(.-)\\end{%a+%*?}%s*$')
  if not name then return nil end
  inner = inner:gsub('\\label{[^}]*}', ''):gsub('\\nonumber', '')
  if name == 'equation' or name == 'displaymath' then return inner end
  local inside = {align = 'aligned', gather = 'gathered', eqnarray = 'aligned', multline = 'gathered'}
  name = inside[name] or name
  return '\\begin{' .. name .. '}' .. inner .. '\\end{' .. name .. '}'
end

-- a tag that only says how its words look, or where they stand
local function tag_of(text) return text:match('^<%s*/?%s*([%a%d]+)') end
local NOTHING_ELSE = {script = true, style = true, iframe = true, video = true, audio = true,
  svg = true, object = true, embed = true, canvas = true, form = true, input = true, button = true}

local function raw(el)
  local is_block = el.t == 'RawBlock'
  local tag = tag_of(el.text)
  if el.format:match('^html') then
    if el.text:match('^%s*<!%-%-') or el.text:match('^%s*</') then return {} end
    if tag == 'br' then return is_block and {} or pandoc.LineBreak() end
    if tag and NOTHING_ELSE[tag:lower()] then
      return is_block and pandoc.Para {lost('HTML: ' .. tag:lower())} or lost('HTML: ' .. tag:lower())
    end
    local read = pandoc.read(el.text, 'html').blocks
    return is_block and read or pandoc.utils.blocks_to_inlines(read)
  end
  local math = as_math(el.text)
  if math then
    local shown = pandoc.Math('DisplayMath', math)
    return is_block and pandoc.Para {shown} or shown
  end
  return is_block and pandoc.CodeBlock(el.text) or pandoc.Code(el.text)
end

-- an environment inside $$ ... $$ is one already
local function Math(el)
  local inner = as_math(el.text)
  if inner then return pandoc.Math('DisplayMath', inner) end
end

-- A paragraph without its images, which follow it.
local function Para(el)
  local images = pandoc.List {}
  local rest = el:walk {Image = function(image)
    local alt = pandoc.utils.stringify(image.caption)
    images:insert(pandoc.CodeBlock(image.src .. '\n' .. alt, {class = 'foreign-image'}))
    return {}
  end}
  if #images == 0 then return nil end
  local out = pandoc.utils.stringify(rest):match('%S') and pandoc.Blocks {rest} or pandoc.Blocks {}
  out:extend(images)
  return out
end

local function Image(el)
  return lost('image ' .. (#el.caption > 0 and pandoc.utils.stringify(el.caption) or el.src:sub(1, 60)))
end

-- no place of this document, as other programs name them
local function Link(el)
  if not el.target:match('^%a[%w+.-]*:') then return el.content end
  return pandoc.Link(el.content, el.target)
end

local function bare(el) return el.content end
local function Header(el) return pandoc.Header(el.level, el.content) end

-- its words follow a table
local function Table(el)
  local out = pandoc.Blocks {el}
  out:extend(el.caption.long)
  el.caption, el.attr = {long = {}}, pandoc.Attr()
  return out
end

local function as_printed(doc)
  doc = doc:walk {RawBlock = raw, RawInline = raw}
  doc = doc:walk {RawBlock = raw, RawInline = raw}
  local blocks = pandoc.Blocks {}
  for _, block in ipairs(doc.blocks:walk {Div = bare, Span = bare, Table = Table, Math = Math, Link = Link, Header = Header}) do
    local made = (block.t == 'Para' or block.t == 'Plain') and Para(block)
    if made then blocks:extend(made) else blocks:insert(block) end
  end
  -- the report's Markdown takes braces for a value
  local braces = {Str = function(el)
    if el.text:match('{{') then return pandoc.RawInline('markdown', (el.text:gsub('[%p]', '\\%0'))) end
  end}
  return pandoc.Pandoc(blocks:walk {Image = Image}:walk(braces))
end

local reads, writes = arg[1], arg[2]
io.write(pandoc.json.encode(pandoc.List(pandoc.json.decode(io.read('a'), false)):map(function(text)
  local doc = pandoc.read(text, reads, {columns = 72})
  return pandoc.write(as_printed(doc), writes, {wrap_text = 'preserve'})
end)))
