using System.Diagnostics;

namespace RapidTuner.Serving.Tracing;

/// <summary>What is traced: a request, from its submission to its last token, and each decision that changed the split. Nothing of a prompt.</summary>
internal static class Spans
{
    /// <summary>Name of the source.</summary>
    public const string Name = "RapidTuner";

    /// <summary>The source; it makes nothing unless someone listens.</summary>
    public static readonly ActivitySource Source = new(Name);
}
