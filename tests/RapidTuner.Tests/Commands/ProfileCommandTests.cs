using System.Diagnostics;
using System.Text.Json.Nodes;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Commands;

/// <summary>The program on a driver without a device, in a process of its own, since a process binds to one driver.</summary>
public sealed class ProfileCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("profile-command").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Profile_NoGpu_SaysWhatIsMissingOfEachVendor()
    {
        var run = await ProgramRun.Of("profile", "--engine", "gpu", "--out", Path.Combine(_folder, "p.csv"));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains("NVIDIA: CUDA driver: none of libcuda.so.1 can be loaded", run.Error, StringComparison.Ordinal);
        Assert.Contains("AMD: HIP runtime", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_BadOptions_TellsAll()
    {
        var run = await ProgramRun.Of("profile", "--engine", "tpu", "--device", "h10", "--budget", "soon");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        foreach (var option in new[] { "--engine: this version cannot profile `tpu`", "--out: is missing", "--budget: is `soon`", "device: \"h10\" is unknown" })
        {
            Assert.Contains(option, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Doctor_Json_NamesTheVendors()
    {
        var run = await ProgramRun.Of("doctor", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(["nvidia", "amd"], JsonNode.Parse(run.Out)!["gpus"]!.AsArray().Select(g => g!["vendor"]!.GetValue<string>()));
    }

    [NativeFact("cc")]
    public async Task Profile_OnADriver_WritesATableThatCalibrateReads()
    {
        Build();
        var table = Path.Combine(_folder, "h200.csv");
        var (code, output, error) = await Program("profile", "--engine", "gpu", "--out", table, "--budget", "60", "--json");
        Assert.True(code == ExitCode.Done, error);
        var summary = JsonNode.Parse(output)!;
        Assert.Equal("h200", summary["device"]!.GetValue<string>());
        Assert.True(summary["facts"]!["switch_s"] is not null);
        Assert.Equal(output.Trim(), File.ReadAllText(Path.ChangeExtension(table, ".summary.json")).Trim());

        var check = await ProgramRun.Of("calibrate", "--check", "--table", table, "--json");
        Assert.Equal(ExitCode.Done, check.ExitCode);
        Assert.Equal(File.ReadAllLines(table).Length - 1, JsonNode.Parse(check.Out)!["rows"]!.GetValue<int>());
    }

    [NativeFact("cc")]
    public async Task Doctor_DriverWithoutGreenContexts_SaysHowOldIsTooOld()
    {
        Build("-DOLD_DRIVER");
        var (code, output, _) = await Program("doctor");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("the driver is too old: partitions need CUDA 12.5", output, StringComparison.Ordinal);
        Assert.Contains("Fake H200, sm_90, 132 units, 80 GiB, cannot be partitioned", output, StringComparison.Ordinal);

        var (refused, nothing, error) = await Program("profile", "--engine", "gpu", "--out", Path.Combine(_folder, "p.csv"));
        Assert.Equal((ExitCode.BadInput, ""), (refused, nothing));
        Assert.Contains("cannot be partitioned with this driver", error, StringComparison.Ordinal);
    }

    private void Build(params string[] options)
    {
        var built = Path.Combine(_folder, "libcuda.so.1");
        NativeTools.Run("cc", [.. options, "-shared", "-fPIC", "-O1", "-o", built, Path.Combine(SharedData.Root, "tests/RapidTuner.Engine.Gpu.Tests/native/fake_gpu.c")]);
        foreach (var name in (string[])["libnvrtc.so.12", "libcublasLt.so.12", "libnvidia-ml.so.1"])
        {
            File.CreateSymbolicLink(Path.Combine(_folder, name), built);
        }
    }

    private async Task<(int Code, string Out, string Error)> Program(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "rapidtuner.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["RAPIDTUNER_GPU_LIBRARIES"] = _folder;
        start.Environment["XDG_CACHE_HOME"] = _folder;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
