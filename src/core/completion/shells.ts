/** The shells that have a script, and its file extension. */
export const shells = {
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  powershell: 'ps1',
} as const;

export type Shell = keyof typeof shells;

/** The line of a shell's profile that loads the script in each new shell. */
export const profileLines: Readonly<
  Record<Shell, { readonly file: string; readonly line: string }>
> = {
  // `source <(…)` doesn't work here: bash 3.2, which macOS has, reads nothing from it.
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
