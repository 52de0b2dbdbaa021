/**
 * What makes a shell ask `larder complete`. Where nothing is offered, the shell's own names of files are: they are what
 * `larder backup` wants.
 */
export const completionScripts: { readonly [shell in 'bash' | 'zsh' | 'fish']: string } = {
  bash: `# bash: eval "$(larder completion bash)", or keep it in /usr/share/bash-completion/completions/larder
_larder() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(larder complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ "\${#COMPREPLY[@]}" -gt 0 ] || return 0
  compopt -o filenames
  case \${COMPREPLY[0]} in
    */) [ "\${#COMPREPLY[@]}" -gt 1 ] || compopt -o nospace ;;
  esac
}
# Times hold colons, which must not end a word.
COMP_WORDBREAKS=\${COMP_WORDBREAKS//:/}
complete -o default -F _larder larder
`,
  zsh: `#compdef larder
# zsh: eval "$(larder completion zsh)", or keep it as _larder in a folder of $fpath
_larder() {
  local -a plain described folders
  local line word
  while IFS= read -r line; do
    word=\${line%%$'\\t'*}
    if [[ $word == */ ]]; then
      folders+=("$word")
    elif [[ $line == *$'\\t'* ]]; then
      described+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    else
      plain+=("$word")
    fi
  done < <(larder complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#plain} + \${#described} + \${#folders} == 0 )); then
    _files
    return
  fi
  (( \${#described} )) && _describe -V larder described
  (( \${#plain} )) && compadd -V files -- "\${plain[@]}"
  (( \${#folders} )) && compadd -V folders -S '' -- "\${folders[@]}"
}
if [ "\${funcstack[1]}" = _larder ]; then
  _larder "$@"
else
  compdef _larder larder
fi
`,
  fish: `# fish: larder completion fish | source, or keep it as ~/.config/fish/completions/larder.fish
function __larder_complete
    set -l typed (commandline -opc)
    larder complete -- $typed[2..-1] (commandline -ct) 2>/dev/null
end
complete -c larder -k -a '(__larder_complete)'
`,
};
