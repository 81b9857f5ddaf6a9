using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>Takes rows one after another.</summary>
internal interface IExportSink : IRowSink, IDisposable
{
    /// <summary>The row is whole.</summary>
    void EndRow();
}
