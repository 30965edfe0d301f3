# Completion of connect-wizard for fish. What is typed and what is offered is only data here; none
# of it is evaluated.
function __connect_wizard_complete
    set -l line (commandline --current-process --cut-at-cursor | string collect)
    set -l reply (printf '%s\n' "$line" | command connect-wizard completion fish --candidates 2>/dev/null)
    switch "$reply[1]"
        case :file
            set -l token (commandline --current-token --cut-at-cursor)
            set -l option (string match --regex -- '^--[^=]+=' "$token")
            for path in (__fish_complete_path (string replace -- "$option" '' "$token"))
                printf '%s%s\n' "$option" "$path"
            end
        case :program
            complete --do-complete (string replace --regex -- '^.*? -- ' '' "$line")
        case '*'
            printf '%s\n' $reply
    end
end
complete --command connect-wizard --erase
complete --command connect-wizard --no-files --arguments '(__connect_wizard_complete)'
