using System.Text;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>A table of a page; wide ones scroll by themselves.</summary>
internal sealed class HtmlTable
{
    // Longer texts are sentences and may wrap.
    private const int LongChars = 36;

    private readonly StringBuilder _html = new("<div class=\"scroll\"><table><thead><tr>");
    private int _rows;

    /// <summary>Starts a table.</summary>
    public HtmlTable(params IEnumerable<string> heads)
    {
        foreach (var head in heads)
        {
            _html.Append("<th scope=\"col\">").Append(SvgLines.Text(head)).Append("</th>");
        }

        _html.Append("</tr></thead><tbody>");
    }

    /// <summary>Adds a row of texts.</summary>
    public void Row(params IEnumerable<string> cells)
    {
        _html.Append("<tr>");
        foreach (var cell in cells)
        {
            _html.Append(cell.Length > LongChars ? "<td class=\"text\">" : "<td>").Append(SvgLines.Text(cell)).Append("</td>");
        }

        _html.Append("</tr>");
        _rows++;
    }

    /// <summary>Adds a row of a map: a head, then cells shaded by a share of 0 to 1 with their text; null cells stay empty.</summary>
    public void MapRow(string head, IEnumerable<(double Shade, string Text, string Title)?> cells)
    {
        _html.Append("<tr><th scope=\"row\">").Append(SvgLines.Text(head)).Append("</th>");
        foreach (var cell in cells)
        {
            if (cell is { } c)
            {
                // Dark cells carry white text: legible in grey, on paper too.
                var lightness = 96 - (int)(56 * Math.Clamp(c.Shade, 0, 1));
                _html.Append($"<td class=\"cell\" style=\"background:hsl(215 30% {lightness}%);color:{(lightness < 52 ? "#fff" : "#111")}\" title=\"{SvgLines.Text(c.Title)}\">{SvgLines.Text(c.Text)}</td>");
            }
            else
            {
                _html.Append("<td></td>");
            }
        }

        _html.Append("</tr>");
        _rows++;
    }

    /// <summary>The table, or <paramref name="none"/> when it has no rows.</summary>
    public string ToHtml(string none) => _rows == 0 ? $"<p class=\"none\">{SvgLines.Text(none)}</p>" : _html + "</tbody></table></div>";
}
