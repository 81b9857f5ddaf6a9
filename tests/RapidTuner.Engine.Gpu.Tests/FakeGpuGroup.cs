namespace RapidTuner.Engine.Gpu.Tests;

/// <summary>The fake driver's state is one for the process: its tests run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FakeGpuGroup : ICollectionFixture<FakeGpu>
{
    public const string Name = "fake gpu";
}
