namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>One stream as workers see it: its step, and the share of each core that the step was launched with.</summary>
internal sealed class StreamSlot(RunningProgram program, int cores)
{
    private readonly double[] _shares = new double[cores];
    private int _launches;

    public RunningProgram Program { get; } = program;

    /// <summary>Rises with each launch, after the shares were written.</summary>
    public int Launches => Volatile.Read(ref _launches);

    /// <summary>Share of a core of the latest launch.</summary>
    public double ShareOf(int core) => Volatile.Read(ref _shares[core]);

    /// <summary>Sets the shares of the step about to start: no step of this stream runs.</summary>
    public void SetUnits(int units, bool fromEnd, int deviceUnits)
    {
        for (var core = 0; core < _shares.Length; core++)
        {
            Volatile.Write(ref _shares[core], CoreShares.Of(units, fromEnd, core, _shares.Length, deviceUnits));
        }

        Volatile.Write(ref _launches, _launches + 1);
    }
}
