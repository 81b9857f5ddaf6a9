using System.Diagnostics;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Clients;

/// <summary>The dotnet tool: packed, installed from its package and run.</summary>
public sealed class PackagingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CiFact("dotnet")]
    public async Task Tool_PackedInstalledAndRun_FindsItsModels()
    {
        await Dotnet("pack", "src/RapidTuner", "-c", "Release", "--no-build", "-o", _folder, "-v", "q");
        await File.WriteAllTextAsync(Path.Combine(_folder, "nuget.config"), $"<configuration><packageSources><clear/><add key=\"here\" value=\"{_folder}\"/></packageSources></configuration>");
        await Dotnet("tool", "install", "RapidTuner", "--tool-path", Path.Combine(_folder, "tool"), "--configfile", Path.Combine(_folder, "nuget.config"));
        var output = await Run(Path.Combine(_folder, "tool", "rapidtuner"), "config", "check");

        Assert.Contains("llama-3.1-70b", output);
    }

    private static Task<string> Dotnet(params string[] arguments) => Run("dotnet", arguments);

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = SharedData.Root, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await output}{await error}");
        return await output;
    }
}
