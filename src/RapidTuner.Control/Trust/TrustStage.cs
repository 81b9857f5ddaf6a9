namespace RapidTuner.Control.Trust;

/// <summary>How far a challenger has come.</summary>
public enum TrustStage : byte
{
    /// <summary>No challenger: the champion decides.</summary>
    Idle,

    /// <summary>The challenger decides without effect.</summary>
    Shadow,

    /// <summary>Both decide, in randomised blocks.</summary>
    Switchback,

    /// <summary>The challenger was promoted and is watched against held-back blocks of its predecessor.</summary>
    Watched,
}
