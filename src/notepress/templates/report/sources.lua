-- The list of sources: a copy that was read is named by its host, and its address is a link only,
-- since that of the source itself may stand before it. Runs after citeproc.

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
  if el.identifier == 'refs' then return el:walk {Inlines = Inlines} end
end

return {{Div = Div}}
