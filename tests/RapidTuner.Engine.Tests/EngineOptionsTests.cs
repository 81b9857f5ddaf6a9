using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests;

public class EngineOptionsTests
{
    [Fact]
    public void Check_Defaults_ArePinned()
    {
        var options = EngineRig.Small();
        options.Check();
        Assert.Equal(2048, options.ChunkTokens);
        Assert.Equal(2048, options.LentChunkTokensMax);
        Assert.Equal(15, options.AgeingTokensPerS);
        Assert.Equal(16, options.BlockTokens);
        Assert.Equal(0.01, options.KvWatermarkShare);
        Assert.Equal(1024, options.SequencesMax);
        Assert.Equal(int.MaxValue, options.QueueMax);
        Assert.False(options.WholePrompts);
    }

    [Fact]
    public void Check_EverythingWrong_NamesEveryProblemAtOnce()
    {
        var options = new EngineOptions
        {
            DeviceUnits = 0,
            ChunkTokens = 15,
            LentChunkTokensMax = 100,
            AgeingTokensPerS = -1,
            KvBlocks = 0,
            BlockTokens = 0,
            KvWatermarkShare = 0.6,
            ContextTokens = 0,
            ItlLimitS = double.NaN,
            QueueMax = 0,
            SequencesMax = 0,
            PrefillDevices = 0,
            DecodeDevices = 65,
            KvBytesPerToken = -1,
            LinkBytesPerS = 0,
            Layers = 0,
            Palette = Palette.Unmasked(7),
        };
        Assert.Equal(17, Assert.Throws<BadInputException>(options.Check).Problems.Count);
    }

    [Fact]
    public void Constructor_PolicyForAnotherDevice_IsRefused()
    {
        var policy = new FixedPolicy(9, new(4, 5));
        Assert.Contains("engine.palette", Assert.Throws<BadInputException>(() => new EngineRig(EngineRig.Small(), policy)).Message, StringComparison.Ordinal);
    }
}
