namespace RapidTuner.Bench.Learning;

/// <summary>Errors of predictions of one kind: |predicted / true − 1| and ln(predicted / true).</summary>
internal sealed class ErrorTally
{
    private readonly List<double> _logs = [];

    /// <summary>Takes a prediction, seconds.</summary>
    public void Add(double predictedS, double trueS) => _logs.Add(Math.Log(predictedS / trueS));

    /// <summary>Mean and 90th percentile of the error, and mean logarithm, as cells of a table.</summary>
    public string Cells()
    {
        var apes = _logs.Select(l => Math.Abs(Math.Exp(l) - 1)).Order().ToArray();
        return $"{apes.Average():P1} | {apes[(int)(0.9 * apes.Length)]:P1} | {_logs.Average() * 100:+0.0;−0.0;0.0}";
    }
}
