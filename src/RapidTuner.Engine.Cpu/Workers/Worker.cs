using RapidTuner.Engine.Cpu.Execution;

namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>One core's loop: takes a tile of the stream that may start one and has used least of its share, computes it, books its time.</summary>
internal sealed class Worker(int core, StreamSlot[] streams, WorkerScratch scratch, TimeProvider clock)
{
    private readonly FairShare[] _shares = new FairShare[streams.Length];
    private readonly int[] _launchSeen = new int[streams.Length];
    private readonly double _tickS = 1.0 / clock.TimestampFrequency;

    /// <summary>Runs one tile; false when none could be taken now.</summary>
    /// <param name="anyRuns">True when a step with a share of this core is under way.</param>
    public bool RunOne(out bool anyRuns)
    {
        var nowS = NowS();
        anyRuns = false;
        var tried = -1;
        for (var round = 0; round < streams.Length; round++)
        {
            var best = -1;
            for (var i = 0; i < streams.Length; i++)
            {
                if (i == tried || streams[i].Program.Done)
                {
                    continue;
                }

                Refresh(i);
                anyRuns |= _shares[i].Share > 0;
                if (_shares[i].MayStart(nowS) && (best < 0 || Used(i) < Used(best)))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return false;
            }

            if (streams[best].Program.TryTake(out var op, out var tile))
            {
                // The step may have ended and another begun since the shares were read; its tile is run all the same and paid for.
                streams[best].Program.Run(op, tile, scratch);
                _shares[best].Pay(NowS() - nowS);
                return true;
            }

            tried = best;
        }

        return false;
    }

    private double Used(int stream) => -_shares[stream].CreditS / _shares[stream].Share;

    private void Refresh(int stream)
    {
        var launches = streams[stream].Launches;
        if (launches != _launchSeen[stream])
        {
            _launchSeen[stream] = launches;
            _shares[stream].Begin(streams[stream].ShareOf(core));
        }
    }

    private double NowS() => clock.GetTimestamp() * _tickS;
}
