using System.Diagnostics;
using RapidTuner.Serving;
using RapidTuner.Tests.Http;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Clients;

/// <summary>OpenAI's client for JavaScript against the API.</summary>
public sealed class OpenAiNpmTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-npm-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CiFact("node", "npm")]
    public async Task Client_CompletesStreamsAndSeesErrors()
    {
        var client = Path.Combine(_folder, "client");
        Directory.CreateDirectory(client);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.Root, "tests", "RapidTuner.Tests", "Clients", "openai")))
        {
            File.Copy(file, Path.Combine(client, Path.GetFileName(file)));
        }

        await Run(client, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
        await TestService.Run(
            new ServeOptions { Load = "none", Data = Path.Combine(_folder, "data"), DrainS = 0 },
            (_, at) => Run(client, "node", "check.mjs", new Uri(at, "/v1").ToString()));
    }

    private static async Task Run(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await output}{await error}");
    }
}
