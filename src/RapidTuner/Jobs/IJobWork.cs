namespace RapidTuner.Jobs;

/// <summary>What a job does, without its schedule.</summary>
internal interface IJobWork
{
    /// <summary>Its name in commands, configuration and history: lower-case letters.</summary>
    string Name { get; }

    /// <summary>What it does, one line.</summary>
    string About { get; }

    /// <summary>Does it, on a thread of its own. Throws what went wrong; changes nothing that serves before its last step.</summary>
    /// <param name="run">Trigger and progress.</param>
    /// <param name="stop">Cancelled by an operator, by the run's limits, or because the program ends.</param>
    /// <returns>What it produced, to be kept as JSON.</returns>
    object Run(JobRun run, CancellationToken stop);
}
