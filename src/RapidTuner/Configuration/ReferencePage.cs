using System.Text;
using RapidTuner.Serving;

namespace RapidTuner.Configuration;

/// <summary>The reference page of every key, as Markdown.</summary>
internal static class ReferencePage
{
    public static string Text()
    {
        var page = new StringBuilder();
        page.Append("# Configuration reference\n\n");
        page.Append("Printed by `rapidtuner config reference`. A file names keys as in the first column; the environment overrides it, and the command line both.\n");
        page.Append("*Reloads*: a change of the file takes effect within seconds; the others need a restart, and the log says so.\n\n");
        page.Append("| key | environment | option | default | allowed | example | reloads | what it does |\n|---|---|---|---|---|---|---|---|\n");
        var defaults = new ServeOptions();
        foreach (var key in ServeKeys.All)
        {
            page.Append($"| `{key.Name}` | `{key.Variable}` | {(key.Option is null ? "" : $"`{key.Option}`")} | `{key.Get(defaults).GetRawText()}` | {key.Allowed} | `{key.Example}` | {(key.Reloads ? "yes" : "no")} | {key.Help} |\n");
        }

        return page.ToString();
    }
}
