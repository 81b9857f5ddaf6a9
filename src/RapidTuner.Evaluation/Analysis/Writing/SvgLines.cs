using System.Globalization;
using System.Net;
using System.Text;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>A plot of lines as SVG: axes with few ticks, one dash pattern and grey per line, so that it reads without colour; gaps where a value is missing.</summary>
internal sealed class SvgLines
{
    private const double Width = 720;
    private const double Height = 216;
    private const double Left = 64;
    private const double Right = 12;
    private const double Top = 18;
    private const double Bottom = 46;

    private static readonly (string Class, string Dash)[] Looks = [("l0", ""), ("l1", "6 3"), ("l2", "2 3"), ("l3", "9 3 2 3")];

    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points)> _lines = [];
    private readonly List<(string Name, double Y)> _limits = [];

    /// <summary>What the horizontal axis shows, with unit.</summary>
    public required string XTitle { get; init; }

    /// <summary>What the vertical axis shows, with unit.</summary>
    public required string YTitle { get; init; }

    /// <summary>Sentence for those who cannot see it.</summary>
    public required string Description { get; init; }

    /// <summary>True for a logarithmic horizontal axis.</summary>
    public bool LogX { get; init; }

    /// <summary>Adds a line; NaN breaks it.</summary>
    public void Add(string name, IEnumerable<(double X, double Y)> points) => _lines.Add((name, [.. points]));

    /// <summary>Adds a level line.</summary>
    public void Limit(string name, double y) => _limits.Add((name, y));

    /// <summary>The figure; a sentence where there is nothing to draw.</summary>
    public string ToHtml()
    {
        var all = _lines.SelectMany(l => l.Points).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToArray();
        if (all.Length == 0)
        {
            return $"<p class=\"none\">{Text(YTitle)}: nothing was measured.</p>";
        }

        var (x0, x1) = (Along(all.Min(p => p.X)), Along(all.Max(p => p.X)));
        var y1 = Math.Max(all.Max(p => p.Y), _limits.Select(l => l.Y).DefaultIfEmpty(double.NegativeInfinity).Max());
        y1 = y1 > 0 ? y1 * 1.05 : 1;
        double X(double x) => Left + ((Width - Left - Right) * (x1 > x0 ? (Along(x) - x0) / (x1 - x0) : 0.5));
        double Y(double y) => Height - Bottom - ((Height - Top - Bottom) * Math.Clamp(y / y1, 0, 1));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(Description)}\"><title>{Text(Description)}</title>");
        foreach (var tick in Ticks(y1))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):F1}\" y2=\"{Y(tick):F1}\"/><text class=\"tick\" x=\"{Left - 6}\" y=\"{Y(tick) + 4:F1}\" text-anchor=\"end\">{Short(tick)}</text>");
        }

        for (var i = 0; i <= 4; i++)
        {
            var at = x0 + ((x1 - x0) * i / 4);
            var x = Left + ((Width - Left - Right) * i / 4);
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{x:F1}\" y=\"{Height - Bottom + 19}\" text-anchor=\"{(i == 0 ? "start" : i == 4 ? "end" : "middle")}\">{Short(LogX ? Math.Pow(2, at) : at)}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{Width - Right}\" y=\"{Height - 4}\" text-anchor=\"end\">{Text(XTitle)}</text>");
        foreach (var (name, y) in _limits)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"limit\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):F1}\" y2=\"{Y(y):F1}\"/><text class=\"tick\" x=\"{Width - Right}\" y=\"{Y(y) - 4:F1}\" text-anchor=\"end\">{Text(name)}</text>");
        }

        for (var i = 0; i < _lines.Count; i++)
        {
            var (look, dash) = Looks[i % Looks.Length];
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line {look}\" stroke-dasharray=\"{dash}\" d=\"{Path(_lines[i].Points, X, Y)}\"/>");
        }

        svg.Append("</svg><figcaption>").Append(Text(YTitle));
        for (var i = 0; i < _lines.Count; i++)
        {
            var (look, dash) = Looks[i % Looks.Length];
            svg.Append(CultureInfo.InvariantCulture, $" <span class=\"key\"><svg viewBox=\"0 0 30 8\" aria-hidden=\"true\"><line class=\"line {look}\" stroke-dasharray=\"{dash}\" x1=\"0\" x2=\"30\" y1=\"4\" y2=\"4\"/></svg>{Text(_lines[i].Name)}</span>");
        }

        return svg.Append("</figcaption></figure>").ToString();
    }

    /// <summary>Text made safe for a page.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number in few characters.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e6 => (value / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0", CultureInfo.InvariantCulture) + "k",
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };

    private double Along(double x) => LogX ? Math.Log2(Math.Max(x, 1e-12)) : x;

    private static IEnumerable<double> Ticks(double most)
    {
        var step = Math.Pow(10, Math.Floor(Math.Log10(most)));
        step = most / step < 2 ? step / 2 : most / step > 5 ? step * 2 : step;
        for (var tick = 0.0; tick <= most * 1.0001; tick += step)
        {
            yield return tick;
        }
    }

    private static string Path(IReadOnlyList<(double X, double Y)> points, Func<double, double> x, Func<double, double> y)
    {
        var path = new StringBuilder();
        var pen = false;
        foreach (var point in points)
        {
            if (!double.IsFinite(point.X) || !double.IsFinite(point.Y))
            {
                pen = false;
                continue;
            }

            path.Append(pen ? 'L' : 'M').Append(CultureInfo.InvariantCulture, $"{x(point.X):F1} {y(point.Y):F1}");
            if (!pen)
            {
                // A point alone between gaps is drawn as a dot.
                path.Append("l0.1 0");
            }

            pen = true;
        }

        return path.ToString();
    }
}
