namespace RapidTuner.Control.Trust;

/// <summary>What the trust machine does to the registry. Called on the thread that advances it; must not throw.</summary>
public interface ITrustActions
{
    /// <summary>The challenger becomes champion.</summary>
    void Promote(string challengerId);

    /// <summary>The predecessor becomes champion again.</summary>
    void Rollback(string predecessorId);
}
