namespace RapidTuner.Bench.Peers;

/// <summary>One round of the task.</summary>
/// <param name="PrefillS">Seconds of the prompt.</param>
/// <param name="DecodeS">Seconds of all tokens after it.</param>
internal readonly record struct PeerTimes(double PrefillS, double DecodeS)
{
    /// <summary>Prompt tokens per second.</summary>
    public double PrefillRate => PeerTask.PromptTokens / PrefillS;

    /// <summary>Tokens per second after the prompt.</summary>
    public double DecodeRate => PeerTask.DecodeSteps / DecodeS;

    /// <summary>Prints medians and the median of the ratios round by round.</summary>
    public static void Print(string peer, IReadOnlyList<PeerTimes> own, IReadOnlyList<PeerTimes> others, TextWriter output)
    {
        foreach (var (what, rate) in new (string, Func<PeerTimes, double>)[] { ("prefill", t => t.PrefillRate), ("decode", t => t.DecodeRate) })
        {
            var ratios = own.Zip(others, (a, b) => rate(a) / rate(b)).Order().ToArray();
            output.WriteLine(
                $"{what,-8} {Median(own, rate),9:F1} tokens/s here, {Median(others, rate),9:F1} {peer}: ratio {ratios[ratios.Length / 2]:F2} (rounds: {ratios[0]:F2} to {ratios[^1]:F2})");
        }
    }

    private static double Median(IReadOnlyList<PeerTimes> times, Func<PeerTimes, double> rate) => times.Select(rate).Order().ElementAt(times.Count / 2);
}
