# Completion of connect-wizard for PowerShell 5.1 and newer. What is typed and what is offered is
# only data here; none of it is evaluated.
Register-ArgumentCompleter -Native -CommandName 'connect-wizard', 'connect-wizard.cmd' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    try {
        # The text of a command ends with its last word, so the space after it is restored.
        $length = [Math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset)
        $line = $commandAst.Extent.Text.PadRight($length).Substring(0, $length)
        $reply = @($line | & connect-wizard completion powershell --candidates 2>$null)
        foreach ($entry in $reply) {
            $value, $about = "$entry" -split "`t", 2
            # Nothing is returned for :file and :program. PowerShell then offers files.
            if ($value -cnotmatch '^[\w@%+=,./~-][\w@%+=:,./~-]*$') { continue }
            if (-not $about) { $about = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
        }
    } catch {
        # A failed completion offers nothing.
    }
}
