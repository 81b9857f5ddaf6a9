using RapidTuner.Learning.OffPolicy;

namespace RapidTuner.Bench.OffPolicy;

/// <summary>What one estimator said over many logs, against truth.</summary>
internal sealed class OffPolicyTally
{
    private readonly List<double> _errors = [];
    private readonly List<double> _widths = [];
    private int _asked;
    private int _insufficient;
    private int _modelOnly;
    private int _inside;

    /// <summary>Books an answer.</summary>
    public void Add(Estimate said, double truthRps)
    {
        _asked++;
        if (said.RateRps is not { } rateRps)
        {
            _insufficient++;
            return;
        }

        _modelOnly += said.Support == Support.ModelOnly ? 1 : 0;
        _inside += said.LowRps <= truthRps && truthRps <= said.HighRps ? 1 : 0;
        _errors.Add(Math.Abs((rateRps / truthRps) - 1));
        _widths.Add((said.HighRps!.Value - said.LowRps!.Value) / truthRps);
    }

    /// <summary>One row of the table.</summary>
    public string Row(string head)
    {
        var answered = _errors.Count;
        var share = answered == 0 ? "–" : $"{_inside} of {answered} ({(double)_inside / answered:P0})";
        return $"| {head} | {_asked} | {_insufficient} | {_modelOnly} | {share} | {Mean(_errors)} | {Mean(_widths)} |";
    }

    private static string Mean(List<double> of) => of.Count == 0 ? "–" : $"{of.Average():P1}";
}
