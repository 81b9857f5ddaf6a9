namespace RapidTuner.Tests.Commands;

/// <summary>One run of the program inside the test's process.</summary>
internal sealed record ProgramRun(int ExitCode, string Out, string Error)
{
    public static async Task<ProgramRun> Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandTree.RunAsync(args, new Terminal(output, error, TimeProvider.System));
        return new ProgramRun(exitCode, output.ToString(), error.ToString());
    }
}
