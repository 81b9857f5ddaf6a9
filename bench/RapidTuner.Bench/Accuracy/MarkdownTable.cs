using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Prints scores as a Markdown table.</summary>
internal sealed class MarkdownTable
{
    private readonly TextWriter _output;

    /// <summary>Prints the title and the header.</summary>
    public MarkdownTable(TextWriter output, string title)
    {
        _output = output;
        output.WriteLine();
        output.WriteLine($"### {title}");
        output.WriteLine();
        output.WriteLine("| rows held out | n | MAPE | median | p90 | bias | aim |");
        output.WriteLine("|---|---|---|---|---|---|---|");
    }

    /// <summary>Prints a line.</summary>
    public void Line(string name, Score score, string aim = "") =>
        _output.WriteLine($"| {name} | {score.Rows} | {score.Mape:P1} | {score.MedianApe:P1} | {score.P90Ape:P1} | {score.Bias:+0.0%;-0.0%;0.0%} | {aim} |");

    /// <summary>Prints a line for the rows that <paramref name="takes"/>.</summary>
    public void Line(string name, IReadOnlyList<KnownRow> rows, double[] predictedS, Func<KnownRow, bool> takes, string aim = "") =>
        Line(name, Score.Of(Enumerable.Range(0, rows.Count).Where(at => takes(rows[at])).Select(at => (predictedS[at], rows[at].Row.MeasuredS))), aim);
}
