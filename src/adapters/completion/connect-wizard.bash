# Completion of connect-wizard for bash, version 3.2 and newer. It needs no other file. What is
# typed and what is offered is only data here; none of it is evaluated.
_connect_wizard() {
  local line=${COMP_LINE:0:COMP_POINT} word head= breaks reply value about
  COMPREPLY=()
  word=${line##*[[:space:]]}
  # bash only replaces what follows the last of these characters, unless the word is quoted.
  breaks=${COMP_WORDBREAKS//[!:=@]/}
  if [[ -n $breaks && $word != [\"\']* ]]; then head=${word%"${word##*[$breaks]}"}; fi
  word=${word#[\"\']}
  reply=$(printf '%s\n' "$line" | command connect-wizard completion bash --candidates 2>/dev/null)
  case $reply in
    :file) return 0 ;;
    :program)
      # The first word after -- is a program; the others are most likely files.
      [[ ${line##* -- } == *[[:space:]]* ]] && return 0
      reply=$(compgen -c -- "$word")
      ;;
  esac
  # If the candidates are complete, don't offer files. bash 3.2 has no such option.
  compopt +o default 2>/dev/null
  while IFS=$'\t' read -r value about; do
    [[ -z $value || $value == *[!A-Za-z0-9@%+=:,./_~-]* || $value != "$word"* ]] && continue
    COMPREPLY+=("${value#"$head"}")
  done <<<"$reply"
  # More of the word follows.
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=/,] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _connect_wizard connect-wizard
