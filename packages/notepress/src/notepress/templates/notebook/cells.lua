-- Reads the cells of a notebook, a list in JSON, each by itself: no tag that one leaves open reaches
-- into the next. `html` is text, `code` what a program reads or says, `folded` what may be left out.

function Reader(input)
  local blocks = pandoc.Blocks {}
  for _, part in ipairs(pandoc.json.decode(tostring(input), false)) do
    local made = part.html and pandoc.read(part.html, 'html-native_divs-native_spans').blocks
      or {pandoc.CodeBlock(part.code, pandoc.Attr('', part.classes, {number = part.number}))}
    if part.folded ~= '' then made = {pandoc.Div(made, {class = 'folded', name = part.folded})} end
    blocks:extend(made)
  end
  return pandoc.Pandoc(blocks)
end
