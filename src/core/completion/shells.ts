/** Shells that have a script, and the ending of its file. */
export const shells = {
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  powershell: 'ps1',
} as const;

export type Shell = keyof typeof shells;

/** How the script is loaded in each new shell: one line of its profile. */
export const profileLines: Readonly<
  Record<Shell, { readonly file: string; readonly line: string }>
> = {
  // Not `source <(…)`: the bash of macOS, 3.2, reads nothing from that.
  bash: { file: '~/.bashrc', line: 'eval "$(connect-wizard completion bash)"' },
  zsh: { file: '~/.zshrc, behind compinit', line: 'source <(connect-wizard completion zsh)' },
  fish: {
    file: '~/.config/fish/config.fish',
    line: 'connect-wizard completion fish | source',
  },
  powershell: {
    file: '$PROFILE',
    line: 'connect-wizard completion powershell | Out-String | Invoke-Expression',
  },
};
