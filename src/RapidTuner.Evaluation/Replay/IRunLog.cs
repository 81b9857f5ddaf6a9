using RapidTuner.Core.Samples;

namespace RapidTuner.Evaluation.Replay;

/// <summary>The log of one run.</summary>
public interface IRunLog : IDisposable
{
    /// <summary>Receives what the engine does.</summary>
    IEngineObserver Observer { get; }
}
