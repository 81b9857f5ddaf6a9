using RapidTuner.Learning.Registry;

namespace RapidTuner.Jobs.Work;

/// <summary>How a challenger of one target is compared with its champion on data that neither was trained on.</summary>
internal interface IChallenge
{
    /// <summary>The target in the registry.</summary>
    string Target { get; }

    /// <summary>What is counted, for people, such as "blocks of new steps".</summary>
    string Unit { get; }

    /// <summary>Per stretch of new data what the challenger gains over the champion, above 0 where it is better; null when a model cannot be read.</summary>
    IReadOnlyList<double>? Gains(RegistryEntry champion, RegistryEntry challenger, CancellationToken stop);
}
