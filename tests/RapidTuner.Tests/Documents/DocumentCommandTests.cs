using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Documents;

/// <summary>Runs every command of the guide: each page's <c>bash</c> blocks in turn, in one shell, in an empty folder, on a port of its own.</summary>
public sealed partial class DocumentCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-docs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("quick-start.md")]
    [InlineData("operating.md")]
    [InlineData("configuration.md")]
    [InlineData("api.md")]
    [InlineData("extending.md")]
    public async Task Page_EveryCommand_DoesWhatThePageSays(string page)
    {
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(SharedData.Root, "docs", page))).Select(m => m.Groups["code"].Value).ToArray();
        Assert.NotEmpty(blocks);
        var (exitCode, output) = await Bash(string.Concat(blocks));

        Assert.True(exitCode == 0, $"docs/{page} ended with {exitCode}:\n{output}");
        var replies = Directory.GetFiles(Directory.CreateDirectory(Calls).FullName, "*.line").Select(DocumentReply.Read).ToArray();
        Assert.Equal(Curl().Count(string.Concat(blocks)), replies.Length);
        Assert.All(replies, reply => reply.Check());
    }

    private string Calls => Path.Combine(_folder, "calls");

    /// <summary>Commands as a reader types them; what curl gets is kept beside what it prints; `serve` runs in the background until the page ends, as in a second terminal.</summary>
    private string Script(string commands, int port)
    {
        var script = new StringBuilder("set -euo pipefail\n");
        script.Append($"rapidtuner() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "rapidtuner.dll")}' \"$@\"; }}\n");
        script.Append($$"""
            mkdir '{{Calls}}'
            curl() {
              local at='{{Calls}}'/$(ls '{{Calls}}' | wc -l) code=0
              command curl "$@" -D "$at.head" -o "$at.body" -w '%{method} %{url} %{http_code}\n' > "$at.line" || code=$?
              [ ! -e "$at.body" ] || cat "$at.body"
              return "$code"
            }

            """);
        foreach (var line in commands.Replace("127.0.0.1:8080", $"127.0.0.1:{port}", StringComparison.Ordinal).Split('\n'))
        {
            script.Append(line).Append('\n');
            if (line.StartsWith("rapidtuner serve", StringComparison.Ordinal))
            {
                script.Length -= line.Length + 1;
                script.Append($"dotnet '{Path.Combine(AppContext.BaseDirectory, "rapidtuner.dll")}' {line["rapidtuner ".Length..]} --urls http://127.0.0.1:{port} 2> serve.log &\n");
                script.Append("trap 'kill $! && wait' EXIT\n");
                script.Append($"for i in $(seq 300); do command curl -sf http://127.0.0.1:{port}/readyz > /dev/null && break; sleep 0.2; done\n");
            }
        }

        return script.ToString();
    }

    private async Task<(int ExitCode, string Output)> Bash(string commands)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var script = Path.Combine(_folder, "page.sh");
        await File.WriteAllTextAsync(script, Script(commands, port));
        using var bash = Process.Start(new ProcessStartInfo("bash", [script]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync();
        return (bash.ExitCode, $"{await output}\n{await error}");
    }

    [GeneratedRegex("^curl ", RegexOptions.Multiline)]
    private static partial Regex Curl();

    [GeneratedRegex(@"^```bash\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
