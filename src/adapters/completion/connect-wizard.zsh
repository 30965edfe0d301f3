#compdef connect-wizard
# Completion of connect-wizard for zsh: source it after compinit, or save it as _connect-wizard in a
# folder of fpath. What is typed and what is offered is only data here; none of it is evaluated.
_connect_wizard() {
  local line="${(j: :)words[1,CURRENT-1]} $PREFIX" entry value
  local -a reply whole open
  reply=("${(@f)$(print -r -- "$line" | command connect-wizard completion zsh --candidates 2>/dev/null)}")
  case "$reply[1]" in
    :file)
      compset -P '--[^=]#='
      _files
      return
      ;;
    :program)
      local -i dashes=${words[(i)--]}
      shift $dashes words
      (( CURRENT -= dashes ))
      _normal
      return
      ;;
  esac
  for entry in "$reply[@]"; do
    [[ "$entry" == *$'\t'* ]] || continue
    value="${entry%%$'\t'*}"
    # A colon separates the candidate from its description.
    entry="${value//:/\\:}:${entry#*$'\t'}"
    # More of the word follows after these.
    if [[ "$value" == *[:=/,] ]]; then open+=("$entry"); else whole+=("$entry"); fi
  done
  (( $#whole )) && _describe -t words 'connect-wizard' whole
  (( $#open )) && _describe -t words 'connect-wizard' open -S ''
  return 0
}
if [[ "$funcstack[1]" == _connect-wizard ]]; then
  _connect_wizard "$@"
elif (( $+functions[compdef] )); then
  compdef _connect_wizard connect-wizard
else
  print -u2 -r -- 'connect-wizard: load its completion behind compinit (autoload -Uz compinit && compinit).'
fi
