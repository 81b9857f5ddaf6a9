namespace RapidTuner.Bench;

/// <summary>One benchmark: measures, prints a table. Adding one is a class and a line in <see cref="Program"/>.</summary>
internal interface IBench
{
    /// <summary>What to call it on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, one line.</summary>
    string About { get; }

    /// <summary>Runs it.</summary>
    void Run(BenchOptions options, TextWriter output);
}
