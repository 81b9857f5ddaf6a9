using RapidTuner.Core;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Tests.Latency;

public sealed class LatencyModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Path => System.IO.Path.Combine(_folder, "m.model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_AfterSave_PredictsTheSame()
    {
        LatencyModelFile.Save(LatencyTrainerTests.Model, Path);
        var loaded = LatencyModelFile.Load(Path);

        Assert.Equal(LatencyTrainerTests.Model.Scene, loaded.Scene);
        Assert.All(MadeUpDevice.Profile(500, seed: 8), s => Assert.Equal(
            LatencyTrainerTests.Model.Estimate(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits), loaded.Estimate(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits)));
    }

    [Fact]
    public void Load_PriorAfterSave_PredictsTheSame()
    {
        var prior = LatencyModel.Prior(MadeUpDevice.Scene);
        LatencyModelFile.Save(prior, Path);
        var work = StepWork.Prefill(1, 512, 0);
        Assert.Equal(prior.Estimate(Phase.Prefill, work, 30), LatencyModelFile.Load(Path).Estimate(Phase.Prefill, work, 30));
    }

    [Fact]
    public void Load_AnyByteFlipped_IsRefused()
    {
        LatencyModelFile.Save(LatencyModel.Prior(MadeUpDevice.Scene), Path);
        var bytes = File.ReadAllBytes(Path);
        for (var i = 0; i < bytes.Length; i += 37)
        {
            bytes[i] ^= 4;
            File.WriteAllBytes(Path, bytes);
            Assert.Throws<BadInputException>(() => LatencyModelFile.Load(Path));
            bytes[i] ^= 4;
        }
    }

    [Theory]
    [InlineData("{}", "no model of step latencies")]
    [InlineData("{\"kind\":\"step-latency\"}", "other features")]
    [InlineData("[1,2", "cannot be read")]
    [InlineData("null", "no model of step latencies")]
    [InlineData("{\"kind\":\"step-latency\",\"scene\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}", "cannot be read")]
    public void Load_CraftedHeader_IsRefusedAndSaysWhy(string header, string says)
    {
        Artefacts(header);
        Assert.Contains(says, Assert.Throws<BadInputException>(() => LatencyModelFile.Load(Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"units\":100", "\"units\":2000000000", "impossible size")]
    [InlineData("\"peak_flop_per_s\":500000000000000", "\"peak_flop_per_s\":-1", "impossible size")]
    [InlineData("\"name\":\"prefill\"", "\"name\":\"other\"", "sections")]
    public void Load_HeaderWithImpossibleValue_IsRefused(string from, string to, string says)
    {
        LatencyModelFile.Save(LatencyTrainerTests.Model, Path);
        var (header, payload) = Learning.Artefacts.ArtefactFile.Read(Path);
        var text = System.Text.Encoding.UTF8.GetString(header.Span);
        Assert.Contains(from, text, StringComparison.Ordinal);
        Learning.Artefacts.ArtefactFile.Write(Path, System.Text.Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)), payload.ToArray());
        Assert.Contains(says, Assert.Throws<BadInputException>(() => LatencyModelFile.Load(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_OtherDevice_ScalesByTheDatasheetAndWidens()
    {
        var faster = MadeUpDevice.Scene with { Device = "faster", PeakFlopPerS = 2 * MadeUpDevice.Scene.PeakFlopPerS, MemoryBytesPerS = 2 * MadeUpDevice.Scene.MemoryBytesPerS };
        var work = StepWork.Prefill(1, 4096, 0);
        var (own, moved) = (LatencyTrainerTests.Model.Estimate(Phase.Prefill, work, 100), LatencyTrainerTests.Model.For(faster, 0.3).Estimate(Phase.Prefill, work, 100));

        Assert.InRange(own.P50S / moved.P50S, 1.7, 2.1);
        Assert.True(moved.HighS / moved.LowS > Math.Exp(0.5) * own.HighS / own.LowS);
    }

    private void Artefacts(string header) => Learning.Artefacts.ArtefactFile.Write(Path, System.Text.Encoding.UTF8.GetBytes(header), []);
}
