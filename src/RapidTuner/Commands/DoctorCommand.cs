using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Commands;

/// <summary><c>doctor</c>: what this machine can do, and what precisely is missing for the rest.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Build(Terminal terminal)
    {
        var command = new Command("doctor", "Says what this machine can do, and what is missing for the rest.");
        var json = new Option<bool>("--json") { Description = "One JSON document on stdout." };
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var gpus = Enum.GetValues<Vendor>().Select(v => (Vendor: v, Findings: GpuProbe.Findings(v))).ToArray();
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(new
                {
                    version = CommandTree.Version,
                    os = RuntimeInformation.OSDescription,
                    architecture = Name(RuntimeInformation.ProcessArchitecture),
                    cores = Environment.ProcessorCount,
                    memory_bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                    vector_bits = VectorBits,
                    gpus = gpus.Select(g => new
                    {
                        vendor = Name(g.Vendor),
                        usable = g.Findings.All(f => f.Has || f.Needs == "NVML"),
                        findings = g.Findings.Select(f => new { needs = f.Needs, has = f.Has, what = f.What }),
                    }),
                }));
                return ExitCode.Done;
            }

            terminal.Out.WriteLine($"rapidtuner {CommandTree.Version}");
            terminal.Out.WriteLine(
                $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores ({Name(RuntimeInformation.ProcessArchitecture)}, {VectorBits}-bit vectors), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):F1} GiB");
            foreach (var (vendor, findings) in gpus)
            {
                terminal.Out.WriteLine($"{(vendor == Vendor.Nvidia ? "NVIDIA" : "AMD")}: {(findings.All(f => f.Has || f.Needs == "NVML") ? "can be profiled" : "cannot be used")}");
                foreach (var finding in findings)
                {
                    terminal.Out.WriteLine($"  {(finding.Has ? "+" : "-")} {finding.Needs}: {finding.What}");
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static int VectorBits => 8 * System.Numerics.Vector<byte>.Count;

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
