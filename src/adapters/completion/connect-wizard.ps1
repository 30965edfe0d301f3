# Completion of connect-wizard for PowerShell 5.1 and newer. What is typed and what is offered is data
# here: nothing of either is evaluated.
Register-ArgumentCompleter -Native -CommandName 'connect-wizard', 'connect-wizard.cmd' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    try {
        # The text of a command ends with its last word: the blank behind that is put back.
        $length = [Math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset)
        $line = $commandAst.Extent.Text.PadRight($length).Substring(0, $length)
        $reply = @($line | & connect-wizard completion powershell --candidates 2>$null)
        foreach ($entry in $reply) {
            $value, $about = "$entry" -split "`t", 2
            # Nothing is returned for :file and :program: PowerShell offers files then.
            if ($value -cnotmatch '^[\w@%+=,./~-][\w@%+=:,./~-]*$') { continue }
            if (-not $about) { $about = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
        }
    } catch {
        # A completion that fails offers nothing.
    }
}
