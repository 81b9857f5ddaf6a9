using System.Runtime.ExceptionServices;

namespace RapidTuner.Evaluation.Search;

/// <summary>A parallel loop whose bodies write each to a place of their own, so that its outcome does not depend on cores or order.</summary>
internal static class ParallelLoop
{
    /// <summary>Runs <paramref name="body"/> for 0 … count − 1; what a body throws comes out as it is, not wrapped.</summary>
    /// <param name="count">Bodies.</param>
    /// <param name="body">One of them.</param>
    /// <param name="cancel">Ends the loop.</param>
    /// <param name="inOrder">True: one after the other, where what they leave behind must come in order.</param>
    public static void For(int count, Action<int> body, CancellationToken cancel, bool inOrder = false)
    {
        if (inOrder)
        {
            for (var i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                body(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancel }, body);
        }
        catch (AggregateException all)
        {
            // Loops may nest; which of several failures is told matters less than that it is told plainly.
            ExceptionDispatchInfo.Throw(all.Flatten().InnerExceptions[0]);
        }
    }
}
