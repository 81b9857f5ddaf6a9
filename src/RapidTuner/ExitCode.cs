namespace RapidTuner;

/// <summary>Exit codes of the program (CONTRACT §1).</summary>
public static class ExitCode
{
    /// <summary>The command did what it was asked.</summary>
    public const int Done = 0;

    /// <summary>The command failed for a reason that is not its input.</summary>
    public const int Failed = 1;

    /// <summary>Bad input, arguments or configuration; every problem stands on stderr.</summary>
    public const int BadInput = 2;
}
