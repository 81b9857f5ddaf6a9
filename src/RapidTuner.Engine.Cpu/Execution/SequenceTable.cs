namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>Sequences by the scheduler's slot numbers. Objects are used again, so that memory follows the load.</summary>
internal sealed class SequenceTable
{
    private Sequence[] _sequences = [];

    public Sequence this[int slot] => _sequences[slot];

    /// <summary>The sequence of a slot, made when the slot is new. Called by the engine's thread between steps' launches.</summary>
    public Sequence Of(int slot)
    {
        if (slot >= _sequences.Length)
        {
            var grown = new Sequence[Math.Max(64, 2 * (slot + 1))];
            _sequences.CopyTo(grown, 0);
            for (var i = _sequences.Length; i < grown.Length; i++)
            {
                grown[i] = new Sequence();
            }

            // Workers read the table while it grows; they know only slots that are in both.
            Volatile.Write(ref _sequences, grown);
        }

        return _sequences[slot];
    }
}
