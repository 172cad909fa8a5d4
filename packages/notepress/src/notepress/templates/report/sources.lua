-- The list of sources: addresses are links, which have the name of the copy that was read or of
-- the host. What told citeproc how to number them is no part of the report. Runs after citeproc.

local function Inlines(inlines)
  local out = pandoc.Inlines {}
  for place, el in ipairs(inlines) do
    local name, address = inlines[place], inlines[place + 2]
    if name.t == 'Strong' and address and address.t == 'Str' and address.text:match('^https?://') then
      out:insert(pandoc.Link(name.content, (address.text:gsub('%.$', ''))))
      out:insert(pandoc.Str('.'))
      break                                       -- the copy ends the entry
    end
    out:extend(el.t == 'Strong' and el.content or {el})
  end
  return out
end

local function Div(el)
  if el.classes:includes('order-of-sources') then return {} end
  if el.identifier ~= 'refs' then return nil end
  return el:walk {Inlines = Inlines}:walk {Span = function(span) return span.content end, Link = function(link)
    local host = pandoc.utils.stringify(link):match('^https?://([^/]+)')
    if host then link.content = (host:gsub('^www%.', '')) end
    return link
  end}
end

return {{Div = Div}}
